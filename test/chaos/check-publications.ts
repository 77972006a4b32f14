import type { Report } from './findings.ts';
import type { History, Publication } from './history.ts';
import type { Ledger, StoredActivity } from './ledger.ts';

/** Each (activity, person) was notified exactly once, or taken back exactly once. */
export function checkPublications({ publications, store }: History, ledger: Ledger, report: Report): void {
  for (const publication of publications) {
    const stored = ledger.activity(publication.key);
    const { key, outcome, activityId } = publication;
    if (outcome === 'ok' && stored?.id !== activityId) {
      report('lost', `activity ${key} was acknowledged as ${activityId}, which the store does not have`);
    } else if (stored !== undefined) {
      checkContent(publication, stored, report);
      checkPeople(publication, stored, ledger, report);
    }
  }
  const seen = new Set<string>();
  for (const { id, key } of store.activities) {
    if (seen.has(key)) report('doubled', `the store has activity ${key} twice, the second time as ${id}`);
    seen.add(key);
    const why = ledger.whyPhantom(id);
    if (why !== undefined) report('phantom', `the store has activity ${key}, ${why}`);
  }
}

function checkContent({ key, gone, titles }: Publication, stored: StoredActivity, report: Report): void {
  if (gone === 'no' && stored.isRetracted) report('lost', `activity ${key} was taken back by nobody`);
  if (gone === 'done' && !stored.isRetracted)
    report('undead', `activity ${key} was taken back, and the store has it still`);
  if (stored.isRetracted && stored.title !== '')
    report('undead', `activity ${key} was taken back, and the store has its text still`);
  if (!stored.isRetracted && !titles.includes(stored.title))
    report('stale', `activity ${key} has the title “${stored.title}”`);
}

function checkPeople(
  { key, users }: Publication,
  { id, isRetracted }: StoredActivity,
  ledger: Ledger,
  report: Report,
): void {
  for (const user of users) {
    const times = ledger.notified(user, id);
    if (isRetracted && times > 0)
      report('undead', `activity ${key} was taken back, and ${user} has it still`);
    if (!isRetracted && times === 0) report('lost', `${user} has no notification of activity ${key}`);
  }
}
