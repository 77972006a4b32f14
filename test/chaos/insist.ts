import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/random.ts';
import type { Answer } from './ask.ts';

interface Insistence {
  readonly random: Random;
  /** Whether to go on. */
  readonly goesOn: () => boolean;
}

/**
 * Asks again and again until the server has said what came of it: neither that it cannot now, nor nothing.
 * @returns the answer, and how often it was asked; undefined when it was given up
 */
export async function insist(
  question: () => Promise<Answer>,
  { random, goesOn }: Insistence,
): Promise<(Answer & { readonly tries: number }) | undefined> {
  for (let tries = 1; goesOn(); tries++) {
    const answer = await question().catch(() => undefined);
    if (answer !== undefined && !isUndecided(answer)) return { ...answer, tries };
    await sleep(50 + random.whole(0, 150));
  }
  return undefined;
}

/** Whether it may still be done: the server cannot now, or the same request is under way. A conflict stays one. */
function isUndecided({ status, json }: Answer): boolean {
  return status >= 500 || status === 429 || json?.code === 'idempotency_in_flight';
}
