import type { Journal } from './journal.ts';

/** A client that follows one user's stream, and resumes by its own means whenever that breaks. */
export interface Reader {
  readonly journal: Journal;
  /** Stops for good. */
  close(): void;
}

export interface ReaderParts {
  readonly journal: Journal;
  /** Where the server is, or a proxy in front of it. */
  readonly url: string;
  /** Makes the token for the next connection. */
  readonly token: () => Promise<string>;
}

/** Who hears nothing for so long takes the connection for dead: five pings. */
export const silenceMs = 5_000;

/** Looks now and then whether a reader hears nothing, and tells it. @returns what ends that */
export function watch(journal: Journal, onSilence: () => void): () => void {
  const timer = setInterval(() => {
    if (performance.now() - journal.heardAt < silenceMs) return;
    journal.heardAt = performance.now();
    onSilence();
  }, 500);
  return () => clearInterval(timer);
}
