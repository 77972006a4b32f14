import type { Ticket } from '../domain/store.ts';
import type { Transaction } from './transaction.ts';

export async function addTicket(tx: Transaction, { actor, ...ticket }: Ticket): Promise<void> {
  tx.insert('tickets', { ...ticket, actorId: actor.id, actorName: actor.name });
}

/** Takes a ticket, which can be done once. @returns undefined when there is none, or it has ended. */
export async function takeTicket(tx: Transaction, hash: string): Promise<Ticket | undefined> {
  const row = await tx.take('tickets', { hash });
  if (row === undefined || row.endsAt <= tx.now) return undefined;
  const { actorId, actorName, sessionIssuedAt, sessionEndsAt, endsAt } = row;
  return { hash, actor: { id: actorId, name: actorName }, sessionIssuedAt, sessionEndsAt, endsAt };
}
