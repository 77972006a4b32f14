/** What the servers of the tests sign their tokens with. */
export const secret = 'a secret that is only for tests, 32 bytes or more';
