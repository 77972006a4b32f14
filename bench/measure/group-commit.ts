import { Client } from 'pg';
import type { Store } from '../../src/domain/store.ts';
import { openPostgres } from '../../src/store/postgres/open-postgres.ts';
import { startPostgres } from '../../test/support/postgres-server.ts';

/*
 * What it brings on PostgreSQL that posts which arrive together share a transaction: comments per second of 32 writers,
 * each way in turn, several times. `node bench/measure/group-commit.ts [rounds] [seconds]`
 */

const [rounds = 4, seconds = 4] = process.argv.slice(2).map(Number);
const writers = 32;
const parts = { onCommit: () => undefined, onFailure: console.error, now: Date.now };

interface Way {
  readonly name: string;
  readonly connections: number;
  readonly maxPerCommit: number | undefined;
}

const ways: readonly Way[] = [
  { name: 'together', connections: 1, maxPerCommit: undefined },
  { name: 'each alone, on one connection', connections: 1, maxPerCommit: 1 },
  { name: 'each alone, on 8 connections', connections: 8, maxPerCommit: 1 },
];

async function commentsPerSecond(url: string, { connections, maxPerCommit }: Way, owners: number) {
  const first = await openPostgres(url, parts, maxPerCommit);
  const stores: Store[] = [first];
  while (stores.length < connections) stores.push(await openPostgres(url, parts, maxPerCommit));
  const storeOf = (writer: number) => stores[writer % connections] ?? first;
  const reports: string[] = [];
  for (let i = 0; i < owners; i++) {
    const owner = { id: `owner-${i}`, name: 'Owner' };
    reports.push((await storeOf(i).addReport(owner, { title: 'Reading list', body: '' })).value.id);
  }
  let done = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      const author = { id: `writer-${writer}`, name: 'Writer' };
      while (performance.now() < end) {
        const reportId = reports[writer % owners] ?? '';
        await storeOf(writer).addComment(author, reportId, { body: 'Loved it.', parentId: null });
        done++;
      }
    }),
  );
  const rate = done / ((performance.now() - start) / 1000);
  await Promise.all(stores.map((store) => store.close()));
  return Math.round(rate);
}

const server = await startPostgres(true);
const client = new Client({ connectionString: `${server.url}/postgres` });
await client.connect();
for (const owners of [writers, 1]) {
  const rates = new Map(ways.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const way of ways) {
      await client.query('DROP DATABASE IF EXISTS measured WITH (FORCE)');
      await client.query('CREATE DATABASE measured');
      rates.get(way.name)?.push(await commentsPerSecond(`${server.url}/measured`, way, owners));
    }
  }
  console.log(`${writers} writers, ${owners} owners: comments per second`);
  for (const [name, each] of rates) console.log(`  ${name}: ${each.join(', ')}`);
}
await client.end();
await server.stop();
