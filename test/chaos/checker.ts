import { checkPublications } from './check-publications.ts';
import { checkReader } from './check-reader.ts';
import { checkText } from './check-text.ts';
import { sameCounts, show } from './counts.ts';
import type { Finding, Report } from './findings.ts';
import type { History, Resource } from './history.ts';
import { Ledger } from './ledger.ts';
import { keyIn } from './text.ts';

/** Decides what is wrong with a history: nothing, when the promise was kept. Pure. */
export function check(history: History): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (kind, text) => findings.push({ kind, text });
  const ledger = new Ledger(history.writes, history.publications, history.store);
  checkWrites(history, ledger, report);
  checkComments(history, ledger, report);
  checkPublications(history, ledger, report);
  for (const user of history.store.inboxes.keys()) checkInbox(user, ledger, report);
  for (const reader of history.readers) checkReader(reader, ledger, report);
  for (const resource of history.resources) checkResource(resource, report);
  for (const crash of history.crashes) report('crash', crash);
  return findings;
}

/** What was acknowledged is there, and everybody concerned has it. */
function checkWrites({ writes }: History, ledger: Ledger, report: Report): void {
  for (const write of writes) {
    const { key, outcome, commentId = '' } = write;
    if (outcome !== 'ok') continue;
    const comment = ledger.comment(commentId);
    if (comment === undefined || (!comment.isDeleted && keyIn(comment.text) !== key)) {
      report('lost', `comment ${key} was acknowledged as ${commentId}, which the store does not have`);
      continue;
    }
    checkText({ name: `comment ${key}`, said: write, text: comment.text, isGone: comment.isDeleted }, report);
    if (comment.isDeleted) continue;
    for (const user of ledger.mustHear(comment)) {
      if (ledger.notified(user, commentId) === 0)
        report('lost', `comment ${key} was acknowledged, and ${user} has no notification of it`);
    }
  }
}

/** What is there was asked for, and once. */
function checkComments({ store }: History, ledger: Ledger, report: Report): void {
  const seen = new Set<string>();
  for (const comment of store.comments) {
    const { id } = comment;
    const key = ledger.writeOf(comment)?.key ?? id;
    if (seen.has(key)) report('doubled', `the store has comment ${key} twice, the second time as ${id}`);
    seen.add(key);
    const why = ledger.whyPhantom(id);
    if (why !== undefined) report('phantom', `the store has comment ${key}, ${why}`);
  }
}

function checkInbox(user: string, ledger: Ledger, report: Report): void {
  const inbox = ledger.inbox(user);
  const told = new Set<string>();
  for (const { seq, activityId, reason } of inbox.notifications) {
    if (told.has(activityId)) report('doubled', `${user}'s inbox has ${activityId} again at ${seq}`);
    told.add(activityId);
    const subject = ledger.subject(activityId);
    if (subject === undefined) {
      report('phantom', `${user}'s inbox has ${activityId} at ${seq}, which the store does not have`);
    } else if (!subject.mayHear(user)) {
      report('leak', `${user}'s inbox has ${subject.name} at ${seq}, which is not for them`);
    } else if (subject.isRetracted) {
      report('undead', `${user}'s inbox has ${subject.name} at ${seq}, which was taken back`);
    } else if (reason !== subject.reasonFor(user)) {
      const why = `for ${reason}, not for ${subject.reasonFor(user)}`;
      report('wrong reason', `${user}'s inbox has ${subject.name} at ${seq} ${why}`);
    }
  }

  let last = inbox.floor;
  for (const { seq } of inbox.events) {
    if (seq !== last + 1) report('hole', `${user}'s log goes from ${last} to ${seq}`);
    last = seq;
  }
  if (last !== inbox.seq) report('hole', `${user}'s log ends at ${last}, and the inbox at ${inbox.seq}`);

  const kept = inbox.counts;
  if (!sameCounts(kept, inbox.counted))
    report(
      'drift',
      `${user}'s inbox keeps ${show(kept)}, its notifications add up to ${show(inbox.counted)}`,
    );
  if (!sameCounts(kept, inbox.told))
    report('drift', `${user}'s inbox keeps ${show(kept)}, and the API says ${show(inbox.told)}`);
}

function checkResource({ name, before, after, allowance }: Resource, report: Report): void {
  if (after <= before + allowance) return;
  report('leaked resource', `${name}: ${before} before, ${after} after, ${allowance} more would do`);
}
