import type { Revocation } from '../domain/revocation.ts';
import type { Reader, Transaction } from './transaction.ts';

/** From this moment on, what was issued to the user before it does not count. Done again, the later moment holds. */
export async function revoke(tx: Transaction, userId: string): Promise<Revocation> {
  await tx.lock({ users: [userId] });
  const known = await tx.get('revocations', { userId });
  // The clock may have gone back.
  const revocation = { userId, revokedAt: Math.max(tx.now, known?.revokedAt ?? 0) };
  tx.put('revocations', revocation);
  return revocation;
}

/** All that were made at or after `since` (Unix milliseconds), one for each user. */
export function revocations(reader: Reader, since: number): Promise<readonly Revocation[]> {
  return reader.rows('revocations', { since });
}
