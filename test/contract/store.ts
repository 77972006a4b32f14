import { describe } from 'vitest';
import type { OpenStore } from './store/bench.ts';
import { describeComments } from './store/comments.ts';
import { describeCommits } from './store/commits.ts';
import { describeHeads } from './store/heads.ts';
import { describeLife } from './store/life.ts';
import { describeLog } from './store/log.ts';
import { describeMarks } from './store/marks.ts';
import { describeNotifications } from './store/notifications.ts';
import { describeOnce } from './store/once.ts';
import { describePages } from './store/pages.ts';
import { describePruning } from './store/pruning.ts';
import { describeRandomPublishing } from './store/random-publishing.ts';
import { describeRandomUse } from './store/random-use.ts';
import { describeRevocations } from './store/revocations.ts';
import { describeTickets } from './store/tickets.ts';

export type { OpenedStore, OpenStore } from './store/bench.ts';

/**
 * What every implementation of `Store` owes.
 *
 * @param open opens a fresh, empty store, which the suite closes.
 */
export function storeContract(name: string, open: OpenStore): void {
  describe(`the store on ${name}`, () => {
    describeComments(open);
    describeCommits(open);
    describeNotifications(open);
    describeMarks(open);
    describePages(open);
    describeLog(open);
    describeHeads(open);
    describeOnce(open);
    describeTickets(open);
    describeRevocations(open);
    describePruning(open);
    describeLife(open);
    describeRandomUse(open);
    describeRandomPublishing(open);
  });
}
