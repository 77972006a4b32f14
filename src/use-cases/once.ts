import { AppError } from '../domain/errors.ts';
import type { Added, IdempotencyKey } from '../domain/store.ts';
import type { Transaction } from './transaction.ts';

const keyLifeMs = 24 * 60 * 60 * 1000;

/** How something is added, and how it is found again by what `subject` said of it. */
export interface Addition<T> {
  readonly make: () => Promise<T>;
  /** What `recall` needs to know; kept for 24 hours. */
  readonly subject: (value: T) => readonly string[];
  /** The value as it is now. @returns undefined when there is none any more */
  readonly recall: (subject: readonly string[]) => Promise<T | undefined>;
}

/**
 * Adds something at most once per idempotency key of `scope`: the key is written in the transaction of what it protects.
 * Only the key and what was added are kept, and the answer is made from that again.
 * @throws idempotency_mismatch, idempotency_in_flight, not_found (it was taken back since)
 */
export async function addOnce<T>(
  tx: Transaction,
  scope: string,
  { key, fingerprint }: IdempotencyKey,
  { make, subject, recall }: Addition<T>,
): Promise<Added<T>> {
  const [isMine, known] = await Promise.all([
    tx.claim(`key ${JSON.stringify([scope, key])}`),
    // Read after it is claimed: by then a transaction that had it has committed.
    tx.get('idempotencyKeys', { scope, key }),
  ]);
  if (!isMine) throw inFlight(key);
  if (known === undefined || known.endsAt <= tx.now) {
    const value = await make();
    const subjectText = JSON.stringify(subject(value));
    const row = { scope, key, fingerprint, subject: subjectText, endsAt: tx.now + keyLifeMs };
    tx.put('idempotencyKeys', row);
    return { value, replayed: false };
  }
  if (known.fingerprint !== fingerprint) {
    throw new AppError(
      'idempotency_mismatch',
      `The Idempotency-Key ${key} belongs to another request of yours.`,
    );
  }
  const value = await recall(JSON.parse(known.subject) as string[]);
  if (value === undefined) {
    throw new AppError('not_found', `What was added with the Idempotency-Key ${key} was deleted since.`);
  }
  return { value, replayed: true };
}

export function inFlight(key: string): AppError {
  const detail = `The first request with the Idempotency-Key ${key} is still running.`;
  return new AppError('idempotency_in_flight', detail, { headers: { 'Retry-After': '1' } });
}
