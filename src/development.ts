import type { Actor } from './domain/actor.ts';
import type { Report } from './domain/report.ts';
import type { Store } from './domain/store.ts';
import type { SampleIdentity } from './http/routes/live-page.ts';
import { signToken, type TokenRules } from './http/token.ts';

const ann: Actor = { id: 'ann', name: 'Ann' };
const bob: Actor = { id: 'bob', name: 'Bob' };
const daySeconds = 24 * 60 * 60;
const hourSeconds = 60 * 60;

/** What the shop of the live page says. */
export function shopActivity(userId: string): object {
  return {
    type: 'order.shipped',
    title: 'Your order is on its way',
    body: 'Three books for the winter, one parcel.',
    to: [userId],
  };
}

/**
 * What makes the tokens of the live page's two people. For development only.
 * @returns undefined where tokens are signed elsewhere.
 */
export function sampleIdentities(rules: TokenRules): (() => Promise<readonly SampleIdentity[]>) | undefined {
  if (!('secret' in rules.key)) return undefined;
  const { secret } = rules.key;
  return () =>
    Promise.all(
      [ann, bob].map(async (person) => ({
        person,
        token: await signToken(person, hourSeconds, secret, rules),
      })),
    );
}

/**
 * What somebody pastes to see Carillon work: how ann follows her stream, and how bob comments on her report. For
 * development only; it makes tokens for both, and the report when there is none.
 *
 * @param url where the server is, such as `http://127.0.0.1:3000`.
 * @param hasLivePage whether the page is served that shows all of this.
 * @param sign makes a token for an actor.
 */
export async function firstSteps(
  store: Pick<Store, 'reports' | 'addReport'>,
  url: string,
  hasLivePage: boolean,
  sign: (actor: Actor, ttlSeconds: number) => Promise<string>,
): Promise<string> {
  const report = await sampleReport(store);
  const [annToken, bobToken] = await Promise.all([sign(ann, daySeconds), sign(bob, daySeconds)]);
  const page = hasLivePage ? `See it at work: ${url}/\n` : `Carillon listens at ${url}\n`;
  return `
${page}
Follow ann's stream (the tokens are for development and valid for a day):

  curl -N -H "Authorization: Bearer ${annToken}" ${url}/notifications/stream

Then, in a second terminal, let bob comment on ann's report “${report.title}”:

  curl -H "Authorization: Bearer ${bobToken}" -H "Content-Type: application/json" -d '{"body":"Loved chapter two."}' ${url}/reports/${report.id}/comments
`;
}

/** Ann's newest report among the newest of all, or a new one. */
async function sampleReport(store: Pick<Store, 'reports' | 'addReport'>): Promise<Report> {
  const { data } = await store.reports({ limit: 100 });
  const known = data.find(({ owner }) => owner.id === ann.id);
  if (known !== undefined) return known;
  const { value } = await store.addReport(ann, {
    title: 'Reading list',
    body: 'What shall we read this winter?',
  });
  return value;
}
