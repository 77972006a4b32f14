import type { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { type Bench, listAll, startBench } from '../../contract/store/bench.ts';
import { onServer, openClient, temporaryDatabase } from '../../support/postgres.ts';
import { openAt } from './stores.ts';

/** An application that has its tables in the same database as Carillon. */
export interface Application {
  /** A store whose clock is a minute ahead of the database's: what was published is due. */
  readonly bench: Bench;
  /** Connects as Carillon's own role. */
  readonly connect: () => Promise<Client>;
}

/** An application with a role of its own, which has no right yet. */
export interface ApplicationWithRole extends Application {
  readonly role: string;
  readonly url: string;
  /** Connects as the application's role. */
  readonly connectAs: () => Promise<Client>;
}

export const shipped = { type: 'order.shipped', title: 'On its way', to: ['ann'] };

let roles = 0;

export async function startApplication(): Promise<Application> {
  return startOn(await temporaryDatabase());
}

export async function startApplicationWithRole(): Promise<ApplicationWithRole> {
  const role = `shop_${process.pid}_${++roles}`;
  await onServer(`CREATE ROLE ${role} LOGIN PASSWORD 'shop'`);
  // The role goes after the database, in which it has rights.
  onTestFinished(() => onServer(`DROP ROLE ${role}`));
  const ownerUrl = await temporaryDatabase();
  const url = ownerUrl.replace('carillon:carillon@', `${role}:shop@`);
  return { ...(await startOn(ownerUrl)), role, url, connectAs: () => openClient(url) };
}

async function startOn(url: string): Promise<Application> {
  const bench = await startBench(openAt(url));
  bench.clock.now = Date.now() + 60_000;
  return { bench, connect: () => openClient(url) };
}

/** Does everything that is due. @returns how many steps that took */
export async function workOff({ store }: Bench): Promise<number> {
  let steps = 0;
  while ((await store.work()).didStep) if (++steps > 100) throw new Error('There is always more to do.');
  return steps;
}

/** The titles of a user's notifications, newest first. */
export async function titlesOf({ store }: Bench, user: string): Promise<readonly (string | null)[]> {
  return (await listAll(store, user)).map(({ title }) => title);
}
