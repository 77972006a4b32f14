import { resolve } from 'node:path';
import { startWorker } from '../load/rpc.ts';
import { median } from '../measure/statistics.ts';
import type { ClientsMethods } from './clients.ts';
import type { Announcing, HubMethods } from './hub.ts';

/*
 * Compares the hubs of two trees within the default limits, in turns:
 *   node bench/fan-out/run.ts <tree> <other tree> [rounds]
 */

interface Case extends Announcing {
  readonly name: string;
  readonly streamsPerUser: number;
}

const cases: readonly Case[] = [
  {
    name: '10,000 users with one stream each, 250 users a commit',
    ...{ users: 10_000, streamsPerUser: 1, announcements: 200, usersEach: 250, eventsPerUser: 1 },
  },
  {
    name: '800 users with 12 streams each, 250 users a commit',
    ...{ users: 800, streamsPerUser: 12, announcements: 40, usersEach: 250, eventsPerUser: 1 },
  },
  {
    name: 'one user with 12 streams, 32 events of theirs a commit',
    ...{ users: 1, streamsPerUser: 12, announcements: 300, usersEach: 1, eventsPerUser: 32 },
  },
];

interface Figures {
  readonly cpuPerEvent: number;
  readonly p50: number;
  readonly p99: number;
}

async function measure(tree: string, of: Case): Promise<Figures> {
  const hub = startWorker<HubMethods>(new URL('./hub.ts', import.meta.url));
  const clients = startWorker<ClientsMethods>(new URL('./clients.ts', import.meta.url));
  try {
    await clients.ask('open', { port: await hub.ask('listen', tree), ...of });
    const once = async (announcements: number) => {
      const count = announcements * of.usersEach * of.eventsPerUser * of.streamsPerUser;
      const { cpuMs } = await hub.ask('announce', { ...of, announcements });
      const { latenciesMs, misnumbered } = await clients.ask('heard', { count, limitMs: 30_000 });
      if (latenciesMs.length !== count || misnumbered > 0)
        throw new Error(`${tree}: ${latenciesMs.length} of ${count} events, ${misnumbered} misnumbered.`);
      const sorted = latenciesMs.sort();
      const at = (share: number) => sorted[Math.floor(share * (count - 1))] ?? 0;
      return { cpuPerEvent: (cpuMs / count) * 1000, p50: at(0.5), p99: at(0.99) };
    };
    await once(Math.ceil(of.announcements / 2));
    return await once(of.announcements);
  } finally {
    await Promise.all([hub.close(), clients.close()]);
  }
}

const [, , one, other, rounds = '5'] = process.argv;
if (one === undefined || other === undefined) throw new Error('usage: run.ts <tree> <other tree> [rounds]');
const trees = [resolve(one), resolve(other)] as const;
for (const of of cases) {
  const figures = trees.map(() => [] as Figures[]);
  for (let round = 0; round < Number(rounds); round++) {
    for (const [i, tree] of trees.entries()) figures[i]?.push(await measure(tree, of));
  }
  const of2 = (i: number, what: keyof Figures) => median(figures[i]?.map((figure) => figure[what]) ?? []);
  process.stdout.write(`${of.name}\n`);
  for (const what of ['cpuPerEvent', 'p50', 'p99'] as const) {
    const [a, b] = [of2(0, what), of2(1, what)];
    process.stdout.write(`  ${what}: ${a.toFixed(2)} ${b.toFixed(2)}, ratio ${(a / b).toFixed(3)}\n`);
  }
}
