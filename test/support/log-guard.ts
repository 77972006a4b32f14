import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { logsFolder } from './log-collector.ts';
import { secret } from './secret.ts';

/** What must stand in no log, by its name. */
const patterns: Readonly<Record<string, RegExp>> = {
  'a token': /eyJ[\w-]{8,}\.[\w-]{8,}/,
  'a signature or a ticket': /(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{43}(?![\w-])/,
  'a credential': /\b(?:bearer|basic) [\w.~+/-]{8,}/i,
  'the session cookie': /carillon_session=/,
  'the secret that tokens are signed with': new RegExp(secret),
};

/** Guards the whole run: every project asks for it, and the first one that runs does it for all of them. */
export default function setup(): (() => Promise<void>) | undefined {
  return process.env[logsFolder] === undefined ? guardLogs() : undefined;
}

/**
 * Collects the logs of every server that any test starts from now on.
 * @returns what searches and removes them; it rejects when one holds a secret
 */
export function guardLogs(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-logs-'));
  process.env[logsFolder] = folder;
  return async () => {
    try {
      const { findings } = await searchLogs(folder);
      if (findings.length === 0) return;
      throw new Error(
        `What opens a door stands in the log of a server:\n${findings.slice(0, 10).join('\n')}`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

/** Searches every log in `folder`. @returns how many lines there are, and what was found in which */
export async function searchLogs(folder: string): Promise<{ lines: number; findings: string[] }> {
  let lines = 0;
  const findings: string[] = [];
  for (const name of readdirSync(folder)) {
    for await (const line of createInterface({ input: createReadStream(join(folder, name)) })) {
      // `npm start` also prints two commands with tokens for development, which is no log.
      if (!line.startsWith('{')) continue;
      lines++;
      for (const what of secretsIn(line)) findings.push(`${what}: ${line.slice(0, 1000)}`);
    }
  }
  return { lines, findings };
}

/** What of a secret stands in this line. */
export function secretsIn(line: string): string[] {
  return Object.keys(patterns).filter((what) => patterns[what]?.test(line));
}
