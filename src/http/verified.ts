import type { Actor } from '../domain/actor.ts';

/** Who a token speaks for, and from when until when (Unix milliseconds). */
export interface Verified {
  readonly actor: Actor;
  /** 0 when the token does not say so credibly. */
  readonly issuedAt: number;
  readonly endsAt: number;
}
