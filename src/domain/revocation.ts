/** Ends what a user was given: whatever was issued to them before this moment does not count any more. */
export interface Revocation {
  readonly userId: string;
  /** Unix milliseconds. */
  readonly revokedAt: number;
}
