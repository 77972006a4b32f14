import { createHash } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';

/** Age at which the keys are fetched again: a key that is listed no more counts for no longer than that. */
const maxAgeMs = 10 * 60_000;
/** Between two fetches, one that failed or one because of a token with an unknown key among them. */
const pauseMs = 30_000;
/** Between two fetches while no keys are known: nobody can be let in without them. */
const firstPauseMs = 1_000;
const timeoutMs = 5_000;
const maxBytes = 1024 * 1024;

export interface RemoteKeysParts {
  readonly url: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly log?: Pick<Logger, 'warn'> | undefined;
}

/** The public keys that a URL lists. They are fetched when they are asked for, not by a timer. */
export class RemoteKeys {
  readonly #parts: RemoteKeysParts;
  #keys: JWTVerifyGetKey | undefined;
  #digest = '';
  #fetchedAt = -Infinity;
  #triedAt = -Infinity;
  #fetching: Promise<void> | undefined;
  /** Why the last fetch failed; undefined when it did not. */
  #failure: Error | undefined;

  constructor(parts: RemoteKeysParts) {
    this.#parts = parts;
  }

  /**
   * The keys: the same object for as long as the same are listed. While the URL does not answer they are those that it
   * listed last.
   * @throws why they cannot be had, when none are known.
   */
  async current(): Promise<JWTVerifyGetKey> {
    if (this.#isPast(this.#fetchedAt, maxAgeMs)) {
      const isFirst = this.#keys === undefined;
      if (this.#isPast(this.#triedAt, isFirst ? firstPauseMs : pauseMs)) this.#fetch();
      // A URL that did not answer the last time is not waited for.
      if (isFirst || this.#failure === undefined) await this.#fetching;
    }
    return this.#known();
  }

  /**
   * The keys, fetched once more if that was not done a moment ago: a token was signed with none of those that are known.
   * @throws why they cannot be fetched.
   */
  async newest(): Promise<JWTVerifyGetKey> {
    if (this.#isPast(this.#triedAt, pauseMs)) this.#fetch();
    await this.#fetching;
    if (this.#failure !== undefined) throw this.#failure;
    return this.#known();
  }

  #known(): JWTVerifyGetKey {
    if (this.#keys === undefined) throw this.#failure ?? new Error('No keys were fetched yet.');
    return this.#keys;
  }

  /** Either way, because a clock can go back. */
  #isPast(moment: number, ms: number): boolean {
    return Math.abs(this.#parts.now() - moment) >= ms;
  }

  #fetch(): void {
    this.#triedAt = this.#parts.now();
    this.#fetching ??= this.#take().finally(() => (this.#fetching = undefined));
  }

  async #take(): Promise<void> {
    const { url, now, log } = this.#parts;
    try {
      const text = await textAt(url);
      const digest = createHash('sha256').update(text).digest('base64');
      if (digest !== this.#digest) {
        // It checks the shape, so the cast cannot let anything else through.
        this.#keys = createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
        this.#digest = digest;
      }
      this.#fetchedAt = now();
      this.#failure = undefined;
    } catch (error) {
      if (this.#failure === undefined && this.#keys !== undefined) {
        log?.warn({ err: error }, 'JWKS_URL cannot be read; the keys that it listed last go on counting');
      }
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
  }
}

/** @throws Error for an answer that is not 200, too long, or too late. */
async function textAt(url: string): Promise<string> {
  const response = await fetch(url, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`Expected 200 OK from JWKS_URL, got ${response.status}.`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // `fetch` gives bytes, which its type does not say.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    // Leaving the loop ends the connection.
    if (bytes > maxBytes) throw new Error(`The answer of JWKS_URL is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
