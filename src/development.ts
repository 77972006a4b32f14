import type { Actor } from './domain/actor.ts';
import type { Report } from './domain/report.ts';
import type { Store } from './domain/store.ts';

const ann: Actor = { id: 'ann', name: 'Ann' };
const bob: Actor = { id: 'bob', name: 'Bob' };
const daySeconds = 24 * 60 * 60;

/**
 * What somebody pastes to see Carillon work: how ann follows her stream, and how bob comments on her report. For
 * development only; it makes tokens for both, and the report when there is none.
 *
 * @param url where the server is, such as `http://127.0.0.1:3000`.
 * @param sign makes a token for an actor.
 */
export async function firstSteps(
  store: Pick<Store, 'reports' | 'addReport'>,
  url: string,
  sign: (actor: Actor, ttlSeconds: number) => Promise<string>,
): Promise<string> {
  const report = await sampleReport(store);
  const [annToken, bobToken] = await Promise.all([sign(ann, daySeconds), sign(bob, daySeconds)]);
  return `
Carillon listens at ${url}

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
