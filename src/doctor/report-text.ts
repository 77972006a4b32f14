import type { Report } from './finding.ts';

/** A report for people. */
export function reportText({ url, findings, fine, skipped }: Report): string {
  const found = findings.flatMap(({ code, what, remedy }) => [
    `✗ ${code}: ${what}`,
    ...Object.entries(remedy).map(([where, line]) => `    ${where.padEnd(10)}${line}`),
    '',
  ]);
  const missing = Object.entries(skipped).map(([code, why]) => `– ${code}: not looked at: ${why}`);
  const verdict =
    findings.length === 0 ? 'Nothing stands between a client and Carillon.' : `Found: ${findings.length}.`;
  return [url, '', ...found, `✓ ${fine.join(', ')}`, ...missing, '', verdict].join('\n');
}
