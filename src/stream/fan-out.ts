import { Batch } from './batch.ts';
import type { Stream } from './stream.ts';

/** What all fan-outs share. */
export interface FanOutParts {
  /** A user's streams at this moment. */
  readonly streamsOf: (userId: string) => readonly Stream[];
  /** An event was offered to all of them; `committedAt` is what `add` got. */
  readonly delivered: (committedAt: number | undefined) => void;
  /** Most streams that are offered something in one turn. */
  readonly perTurn: number;
}

/**
 * Gives the events of one user to all of their streams, some of them in each turn of the event loop: others need not wait
 * until thousands of sockets are written to, and what is committed meanwhile goes out in the same write.
 */
export class FanOut {
  readonly #userId: string;
  readonly #parts: FanOutParts;
  readonly #batch = new Batch();
  /** Those of this pass, and how many of them had their turn. */
  #streams: readonly Stream[] = [];
  #offered = 0;
  /** The newest event when the pass began, and when it and those before it were committed. */
  #passUpTo = 0;
  #passCommits: (number | undefined)[] = [];
  #newCommits: (number | undefined)[] = [];

  constructor(userId: string, parts: FanOutParts) {
    this.#userId = userId;
    this.#parts = parts;
  }

  /** Tells of event `seq`, which may come late, twice, or in any order; `frame` is its bytes. */
  add(seq: number, frame: Buffer, committedAt: number | undefined): void {
    this.#batch.add(seq, frame);
    this.#newCommits.push(committedAt);
  }

  /** Goes on for one turn, when there is something to do. @returns whether there is more */
  turn(): boolean {
    if (this.#offered === this.#streams.length) this.#begin();
    const end = Math.min(this.#offered + this.#parts.perTurn, this.#streams.length);
    while (this.#offered < end) this.#streams[this.#offered++]?.offer(this.#batch);
    if (this.#offered < this.#streams.length) return true;
    for (const committedAt of this.#passCommits) this.#parts.delivered(committedAt);
    return this.#newCommits.length > 0;
  }

  /** Begins a pass over all streams, with what not all of them were offered. */
  #begin(): void {
    this.#batch.drop(this.#passUpTo);
    this.#passUpTo = this.#batch.last;
    this.#passCommits = this.#newCommits;
    this.#newCommits = [];
    // A copy: a stream that ends on being offered something takes itself out.
    this.#streams = [...this.#parts.streamsOf(this.#userId)];
    this.#offered = 0;
  }
}
