/** Hears of what comes on one stream. */
export interface Ear {
  /** The stream is open: whatever is committed from now on comes. */
  ready(): void;
  /** The event of comment `number` has come. */
  heard(number: number): void;
  /** A notification was taken back. */
  removed(): void;
  /** A frame had the id `id`, whose number is `sequence`; an event must be the next, a `sync` repeats the last. */
  numbered(id: string, sequence: number, isEvent: boolean): void;
}

/** Understands what comes on one stream. */
export interface Reader {
  /** Takes bytes that are lent until it returns. */
  read(bytes: Buffer): void;
}
