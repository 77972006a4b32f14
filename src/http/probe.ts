import { AppError } from '../domain/errors.ts';

/** How long an answer counts: asking more often must not make the store write more often. */
const lifeMs = 1_000;
/** How long the store may take. */
const limitMs = 3_000;

/**
 * Makes what asks the store whether it works, by `ask`, and remembers the answer for a second. A store that has not
 * answered is not asked again.
 * @returns what rejects with what `ask` rejects with, or with `unavailable` when the store takes longer than 3 s
 */
export function createProbe(ask: () => Promise<void>): () => Promise<void> {
  let answer = Promise.resolve();
  let isAsking = false;
  let endsAt = -Infinity;
  return () => {
    const now = performance.now();
    if (!isAsking && now > endsAt) {
      isAsking = true;
      endsAt = now + lifeMs;
      const asked = ask().finally(() => (isAsking = false));
      answer = Promise.race([asked, late()]);
    }
    return answer;
  };
}

function late(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(
      () => reject(new AppError('unavailable', `The database has not answered for ${limitMs / 1000} s.`)),
      limitMs,
    ).unref();
  });
}
