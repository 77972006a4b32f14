import type { Person } from '../domain/actor.ts';
import { pageUrl } from './ask.ts';

/** Somebody whose window this is. */
export interface Identity {
  readonly person: Person;
  /** A token that is valid for some while. */
  token(): Promise<string>;
}

export interface People {
  readonly hearer: Identity;
  readonly writer: Identity;
}

/** A token is fetched anew when less than this is left of it. */
const leastLeftMs = 5 * 60_000;

/** Ann and bob, where the server makes tokens for them; undefined where it does not. */
export async function samplePeople(): Promise<People | undefined> {
  let tokens = await fetchTokens();
  const [hearer, writer] = tokens;
  if (hearer === undefined || writer === undefined) return undefined;
  let fetching: Promise<readonly string[]> | undefined;

  const identityAt = (index: number, first: string): Identity => ({
    person: claimsOf(first).person,
    async token() {
      const current = tokens[index] ?? first;
      if (claimsOf(current).endsAt - Date.now() > leastLeftMs) return current;
      fetching ??= fetchTokens().finally(() => (fetching = undefined));
      tokens = await fetching;
      return tokens[index] ?? first;
    },
  });
  return { hearer: identityAt(0, hearer), writer: identityAt(1, writer) };
}

/**
 * Whose token this is.
 * @throws Error for what is no token
 */
export function identityOf(token: string): Identity {
  const { person } = claimsOf(token);
  return { person, token: () => Promise.resolve(token) };
}

async function fetchTokens(): Promise<readonly string[]> {
  const response = await fetch(pageUrl('/live-page/identities'), { method: 'POST' });
  // At an address that is no name of the server's, as behind a proxy, it makes none.
  if (!response.ok) return [];
  const identities = (await response.json()) as readonly { token: string }[];
  return identities.map(({ token }) => token);
}

/** What a token says of itself; whether that is true is for the server to judge. */
function claimsOf(token: string): { person: Person; endsAt: number } {
  const [, payload = ''] = token.split('.');
  const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
    c.charCodeAt(0),
  );
  const { sub, name, exp } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  if (typeof sub !== 'string' || typeof exp !== 'number') throw new Error('This is not a token.');
  return { person: { id: sub, name: typeof name === 'string' ? name : sub }, endsAt: exp * 1000 };
}
