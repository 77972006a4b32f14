import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FindingKind } from './findings.ts';

/** A fault that somebody might put into who is notified, or into taking back, one day. */
export interface Mutant {
  readonly name: string;
  /** What the checker must find. */
  readonly finding: FindingKind;
  /** Below `src`. */
  readonly file: string;
  /** Text that occurs once in the file, and what stands there instead. */
  readonly replace: readonly [string, string];
}

export const mutants: readonly Mutant[] = [
  {
    name: 'authors hear of their own comments',
    finding: 'leak',
    file: 'domain/decide.ts',
    replace: ["matches('self', activity.actor?.id === userId && !isNamed)", "matches('self', false)"],
  },
  {
    name: 'the owner of a report is somebody who watches it',
    finding: 'wrong reason',
    file: 'domain/decide.ts',
    replace: ["watch?.because === 'owner' || watch?.because", 'watch?.because'],
  },
  {
    name: 'a watch is stronger than a mention',
    finding: 'wrong reason',
    file: 'domain/decide.ts',
    replace: [
      "matches('addressed', reason !== undefined)",
      "matches('addressed', reason !== undefined && watch === undefined)",
    ],
  },
  {
    name: 'nobody is found by what they watch',
    finding: 'lost',
    file: 'domain/decide.ts',
    replace: ["watch?.level !== 'all')", 'true)'],
  },
  {
    name: 'what very many heard of is not taken back',
    finding: 'undead',
    file: 'use-cases/retract.ts',
    replace: ["retractAfter: '', retractedAt", 'retractAfter: null, retractedAt'],
  },
  {
    name: 'what was taken back keeps its text',
    finding: 'undead',
    file: 'use-cases/retract.ts',
    replace: ["title === null ? null : ''", 'title'],
  },
  {
    name: 'nobody is told that something is gone',
    finding: 'undead',
    file: 'use-cases/take-back.ts',
    replace: ['appendRemoved(tx, userId, difference(noCounts, countsOf(row)), id);', ''],
  },
  {
    name: 'nobody is told that something was changed',
    finding: 'stale',
    file: 'use-cases/retract.ts',
    replace: ['await tellUpdated(tx, userId, row.id);', ''],
  },
  {
    name: 'nothing expires',
    finding: 'undead',
    file: 'use-cases/due.ts',
    replace: ['retractedAt === null ? expiresAt : null', 'null'],
  },
  {
    name: 'nothing happens that was scheduled',
    finding: 'lost',
    file: 'use-cases/due.ts',
    replace: ['return Math.max(now, happenedAt)', 'return happenedAt > now ? null : now'],
  },
];

/** @returns the folder of a copy of the source with that fault in it */
export function mutantSource({ file, replace: [from, to] }: Mutant): string {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-mutant-'));
  for (const part of ['src', 'migrations', 'package.json'])
    cpSync(part, join(folder, part), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  const path = join(folder, 'src', file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) throw new Error(`“${from}” does not stand exactly once in ${file}.`);
  writeFileSync(path, source.replace(from, to));
  return folder;
}
