/** Places for streams: a user may have so many of them on all processes together. */
export interface Places {
  /**
   * Takes one of the user's places for a stream that is to be opened here.
   * @returns whether there was one; true as well when that cannot be known: then each process sees to its own streams.
   */
  take(userId: string): Promise<boolean>;
  /** Gives one back. */
  release(userId: string): void;
}

/** For a process that is alone, whose hub knows all streams. */
export const unlimitedPlaces: Places = {
  take: () => Promise.resolve(true),
  release: () => undefined,
};
