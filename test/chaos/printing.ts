import { type Sometimes, sometimes } from './evidence.ts';
import { type FindingKind, findingKinds } from './findings.ts';
import type { Outcome } from './run.ts';
import type { FaultName } from './schedule.ts';

/** Most findings of one kind that are told one by one. */
const maxTold = 5;

/** Prints what came of one seed: figures, notes, and a table of findings. */
export function printOutcome({ figures, notes, findings, resources }: Outcome): void {
  console.log(
    `\n${Object.entries(figures)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')}`,
  );
  for (const note of notes) console.log(`note: ${note}`);
  for (const { name, before, after } of resources) console.log(`${name.padEnd(16)} ${before} → ${after}`);
  console.log('');
  for (const [kind, meaning] of Object.entries(findingKinds) as [FindingKind, string][]) {
    const found = findings.filter((finding) => finding.kind === kind);
    console.log(`${kind.padEnd(16)} ${String(found.length).padStart(6)}  ${meaning}`);
    for (const { text } of found.slice(0, maxTold)) console.log(`${' '.repeat(18)}${text}`);
  }
}

/** Prints what was seen how often over all seeds. */
export function printTally(outcomes: readonly Outcome[]): void {
  console.log('');
  for (const what of Object.keys(sometimes) as Sometimes[]) {
    const seen = timesSeen(what, outcomes);
    const verdict = seen === 0 && isDue(what, outcomes) ? '  never, and so it was not tried' : '';
    console.log(`${String(seen).padStart(6)} × ${what}${verdict}`);
  }
}

/** Whether nothing was found, and everything that was due was seen. */
export function passes(outcomes: readonly Outcome[]): boolean {
  return outcomes.every(({ findings }) => findings.length === 0) && neverSeen(outcomes).length === 0;
}

/** What should have been seen and was not. */
export function neverSeen(outcomes: readonly Outcome[]): Sometimes[] {
  const all = Object.keys(sometimes) as Sometimes[];
  return all.filter((what) => isDue(what, outcomes) && timesSeen(what, outcomes) === 0);
}

function timesSeen(what: Sometimes, outcomes: readonly Outcome[]): number {
  return outcomes.reduce((total, { tally }) => total + tally[what], 0);
}

/** Only a fault that was played can show what it shows. */
function isDue(what: Sometimes, outcomes: readonly Outcome[]): boolean {
  const fault: FaultName | undefined = sometimes[what];
  if (fault === undefined) return true;
  return outcomes.some(({ schedule }) =>
    [...schedule.server, ...schedule.clients].some((turn) => turn.fault === fault),
  );
}
