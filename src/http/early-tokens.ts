import type { Store } from '../domain/store.ts';
import type { VerifierObserver } from './token.ts';

/**
 * Keeps in the store how far ahead the clocks of issuers are: up to which second tokens say that they were issued. A
 * revocation reaches beyond that second; by its own clock alone it would leave out the tokens that were shown before it.
 */
export function earlyTokenNotes(
  store: Pick<Store, 'noteEarlyToken'>,
): NonNullable<VerifierObserver['onEarlyToken']> {
  let noted = 0;
  return async (issuedAt) => {
    if (issuedAt <= noted) return;
    await store.noteEarlyToken(issuedAt);
    noted = Math.max(noted, issuedAt);
  };
}
