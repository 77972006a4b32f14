import { describe, expect, test } from 'vitest';
import { ann, type Bench, type OpenStore, startBench } from './bench.ts';

function ticketOf({ clock }: Bench, hash: string) {
  return {
    hash,
    actor: ann,
    sessionIssuedAt: clock.now - 5_000,
    sessionEndsAt: clock.now + 600_000,
    endsAt: clock.now + 30_000,
  };
}

export function describeTickets(open: OpenStore): void {
  describe('tickets', () => {
    test('a ticket is taken as it was added, once', async () => {
      const bench = await startBench(open);
      const ticket = ticketOf(bench, 'h-1');
      await bench.store.addTicket(ticket);
      expect(await bench.store.takeTicket('h-1')).toEqual(ticket);
      expect(await bench.store.takeTicket('h-1')).toBeUndefined();
    });

    test('of many that take a ticket at once one gets it', async () => {
      const bench = await startBench(open);
      await bench.store.addTicket(ticketOf(bench, 'h-1'));
      const taken = await Promise.all(Array.from({ length: 20 }, () => bench.store.takeTicket('h-1')));
      expect(taken.filter((ticket) => ticket !== undefined)).toHaveLength(1);
    });

    test('a ticket that was never added is none, and takes no other away', async () => {
      const bench = await startBench(open);
      await bench.store.addTicket(ticketOf(bench, 'h-1'));
      expect(await bench.store.takeTicket('h-2')).toBeUndefined();
      expect(await bench.store.takeTicket('h-1')).toBeDefined();
    });

    test('a ticket can be taken until it ends, and not at that moment', async () => {
      const bench = await startBench(open);
      await bench.store.addTicket(ticketOf(bench, 'h-1'));
      await bench.store.addTicket(ticketOf(bench, 'h-2'));
      bench.clock.now += 29_999;
      expect(await bench.store.takeTicket('h-1')).toBeDefined();
      bench.clock.now += 1;
      expect(await bench.store.takeTicket('h-2')).toBeUndefined();
      bench.clock.now -= 1;
      // It was taken, in vain.
      expect(await bench.store.takeTicket('h-2')).toBeUndefined();
    });

    test('a ticket outlives a restart, and one that was taken does not come back', async () => {
      const bench = await startBench(open);
      const ticket = ticketOf(bench, 'h-1');
      await bench.store.addTicket(ticket);
      await bench.store.addTicket(ticketOf(bench, 'h-2'));
      await bench.store.takeTicket('h-2');
      await bench.reopen();
      expect(await bench.store.takeTicket('h-1')).toEqual(ticket);
      expect(await bench.store.takeTicket('h-2')).toBeUndefined();
    });

    test('tickets make no events', async () => {
      const bench = await startBench(open);
      await bench.store.addTicket(ticketOf(bench, 'h-1'));
      await bench.store.takeTicket('h-1');
      expect(bench.told()).toEqual([]);
    });
  });
}
