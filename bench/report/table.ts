import { type Goal, isMet, type ScenarioResult } from './result.ts';

/** Prints what a scenario found out: its figures, its goals, and what is void. */
export function printResult(
  { name, title, table, goals, notes }: ScenarioResult,
  output: NodeJS.WritableStream,
) {
  output.write(`\n${name} — ${title}\n`);
  const headings = [...new Set(table.flatMap(({ figures }) => Object.keys(figures)))];
  const lines = [
    ['', ...headings],
    ...table.map(({ label, figures }) => [label, ...headings.map((h) => figures[h] ?? '')]),
  ];
  const widths = ['', ...headings].map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  for (const line of lines) {
    const cells = line.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
    output.write(`  ${cells.join('   ').trimEnd()}\n`);
  }
  for (const goal of goals) output.write(`  ${describeGoal(goal)}\n`);
  for (const note of notes) output.write(`  ! ${note}\n`);
}

/** Such as "met      0.93 of the ceiling's rate (goal: at least 0.90)". */
export function describeGoal(goal: Goal): string {
  const { text, value, limit, must } = goal;
  const met = isMet(goal);
  const word = met === undefined ? 'not run' : met ? 'met' : 'NOT MET';
  return `${word.padEnd(7)}  ${value?.toFixed(2) ?? '–'} ${text} (goal: ${must} ${limit.toFixed(2)})`;
}
