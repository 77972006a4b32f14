import { hash } from 'node:crypto';
import type { Verified } from './verified.ts';

/** What an entry takes beside the user's id and name: its digest, its objects, its place in the map. */
const entryBytes = 300;

/**
 * What tokens said that were verified. They are found by their SHA-256, so a long token takes no more room than a short
 * one; when there is no room for a new one, the oldest go.
 * @typeParam T what is known of a token.
 */
export class RememberedTokens<T extends { readonly verified: Verified }> {
  readonly #maxBytes: number;
  readonly #byDigest = new Map<string, T>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** About what they take of the memory. */
  get bytes(): number {
    return this.#bytes;
  }

  get(token: string): T | undefined {
    return this.#byDigest.get(digestOf(token));
  }

  set(token: string, known: T): void {
    const digest = digestOf(token);
    this.#remove(digest);
    this.#byDigest.set(digest, known);
    this.#bytes += bytesOf(known);
    for (const oldest of this.#byDigest.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest);
    }
  }

  delete(token: string): void {
    this.#remove(digestOf(token));
  }

  #remove(digest: string): void {
    const known = this.#byDigest.get(digest);
    if (known === undefined) return;
    this.#byDigest.delete(digest);
    this.#bytes -= bytesOf(known);
  }
}

function bytesOf({ verified: { actor } }: { readonly verified: Verified }): number {
  return entryBytes + 2 * (actor.id.length + actor.name.length);
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
