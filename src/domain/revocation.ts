/** Ends what a user was given: whatever was issued to them before this moment does not count any more. */
export interface Revocation {
  readonly userId: string;
  /** Unix milliseconds. */
  readonly revokedAt: number;
}

/** A revocation as the store keeps it. */
export interface NumberedRevocation extends Revocation {
  /**
   * Its place in the order of the commits, 1 or more; 0 when it was made by a version that did not number them. A user
   * who is revoked again gets a new number.
   */
  readonly seq: number;
}
