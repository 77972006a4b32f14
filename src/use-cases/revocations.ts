import type { NumberedRevocation } from '../domain/revocation.ts';
import { Later, type Reader, type Transaction } from './transaction.ts';

/** The key in `meta` of the newest time of issuing that a token named before it had come. */
const earlyKey = 'early';
/** A token names whole seconds: one that was issued in the next second is newer for sure. */
const earlyReachMs = 1_000;

/** From this moment on, what was issued to the user before it does not count. Done again, the later moment holds. */
export async function revoke(tx: Transaction, userId: string): Promise<NumberedRevocation> {
  // One at a time until its commit: so their numbers come in the order of the commits.
  if (!(await tx.claim('revocations'))) throw new Later();
  const [known, early, last, clock] = await Promise.all([
    tx.get('revocations', { userId }),
    tx.get('meta', { key: earlyKey }),
    tx.rows('lastRevocation', {}),
    tx.rows('clock', { now: tx.now }),
  ]);
  const now = clock[0]?.now ?? tx.now;
  const revocation = {
    userId,
    // The clock may have gone back.
    revokedAt: Math.max(now, known?.revokedAt ?? 0, Number(early?.value ?? -Infinity) + earlyReachMs),
    seq: (last[0]?.seq ?? 0) + 1,
  };
  tx.put('revocations', revocation);
  return revocation;
}

/** Keeps that a token says that it was issued at `issuedAt` (Unix milliseconds), which is still to come. */
export async function noteEarlyToken(tx: Transaction, issuedAt: number): Promise<void> {
  if (!(await tx.claim('early'))) throw new Later();
  const known = await tx.get('meta', { key: earlyKey });
  if (known !== undefined && Number(known.value) >= issuedAt) return;
  tx.put('meta', { key: earlyKey, value: String(issuedAt) });
}

/** All behind number `after`, in the order of their numbers, one for each user. */
export function revocations(reader: Reader, after: number): Promise<readonly NumberedRevocation[]> {
  return reader.rows('revocations', { after });
}
