import type { RunRecord } from '../measure/rounds.ts';

/** What a scenario found out. */
export interface ScenarioResult {
  readonly name: string;
  /** What is measured, in one line. */
  readonly title: string;
  readonly unit: string;
  readonly better: 'less' | 'more';
  readonly bars: readonly Bar[];
  readonly table: readonly TableRow[];
  readonly goals: readonly Goal[];
  /** Void runs, and who did not run. */
  readonly notes: readonly string[];
  readonly runs: readonly RunRecord[];
  /** What a page of the documentation says about it, between its markers; undefined when nothing, or runs are missing. */
  readonly page?: Page | undefined;
}

export interface Page {
  /** From the root of the project, such as `docs/scaling.md`. */
  readonly path: string;
  /** Markdown. */
  readonly text: string;
}

/** One bar of the chart. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly kind: 'carillon' | 'peer' | 'ceiling';
}

/** A line of the terminal's table: a label, and figures by their headings. */
export interface TableRow {
  readonly label: string;
  readonly figures: Readonly<Record<string, string>>;
}

/** Something that should be so, and whether it is. */
export interface Goal {
  readonly text: string;
  /** The figure that decides; undefined when there is none, because a run is missing or void. */
  readonly value: number | undefined;
  readonly limit: number;
  readonly must: 'at least' | 'at most';
}

export function isMet({ value, limit, must }: Goal): boolean | undefined {
  if (value === undefined) return undefined;
  return must === 'at least' ? value >= limit : value <= limit;
}
