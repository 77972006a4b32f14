import { checkText } from './check-text.ts';
import type { Report } from './findings.ts';
import type { History } from './history.ts';
import type { Ledger } from './ledger.ts';

/** Each (activity, person) was notified exactly once, or taken back exactly once. */
export function checkPublications({ publications, store }: History, ledger: Ledger, report: Report): void {
  for (const publication of publications) {
    const stored = ledger.activity(publication.key);
    const { key, outcome, activityId, users } = publication;
    if (outcome === 'ok' && stored?.id !== activityId) {
      report('lost', `activity ${key} was acknowledged as ${activityId}, which the store does not have`);
      continue;
    }
    if (stored === undefined) continue;
    const { id, text, isRetracted } = stored;
    checkText({ name: `activity ${key}`, said: publication, text, isGone: isRetracted }, report);
    if (isRetracted) continue;
    for (const user of users)
      if (ledger.notified(user, id) === 0) report('lost', `${user} has no notification of activity ${key}`);
  }
  const seen = new Set<string>();
  for (const { id, key } of store.activities) {
    if (seen.has(key)) report('doubled', `the store has activity ${key} twice, the second time as ${id}`);
    seen.add(key);
    const why = ledger.whyPhantom(id);
    if (why !== undefined) report('phantom', `the store has activity ${key}, ${why}`);
  }
}
