import { randomUUID } from 'node:crypto';
import { type Finding, NotExaminable } from '../finding.ts';
import { problemIn } from '../answer.ts';
import type { HeardFrame } from '../heard-stream.ts';
import type { Target } from '../target.ts';
import { finding } from '../remedies.ts';

/** So many connections that each of a few processes has one of them. */
const streams = 8;
/** What the way from one process to another may take, in milliseconds; without a bus it takes up to 1,000. */
const heardMs = 500;
/** How long is waited for those that are late. */
const limitMs = 3_000;

/**
 * Whether each process hears at once of what another one did: something is published to the user of the token, and taken
 * back.
 * @throws NotExaminable when Carillon refuses to publish
 */
export async function checkProcesses(
  { ask, openStream }: Target,
  user: string,
  publishToken: string,
): Promise<readonly Finding[]> {
  const opened = await Promise.all(Array.from({ length: streams }, () => openStream()));
  const heard = opened.filter((stream) => stream !== undefined);
  try {
    await Promise.all(heard.map((stream) => stream.waitFor(({ event }) => event === 'sync', limitMs)));
    const key = `doctor ${randomUUID()}`;
    const body = { type: 'carillon.doctor', title: 'carillon doctor looks at this server', to: [user], key };
    const answer = await ask('/activities', { method: 'POST', token: publishToken, body });
    if (answer.status !== 201) {
      const why = problemIn(answer) ?? answer.text.slice(0, 200);
      throw new NotExaminable(`Carillon refuses to publish (${answer.status}): ${why}`);
    }
    const id = String(answer.json['id']);
    const isIt = ({ data }: HeardFrame) => (data['notification'] as { id?: unknown } | undefined)?.id === id;
    const frames = await Promise.all(heard.map((stream) => stream.waitFor(isIt, limitMs)));
    await ask(`/activities/${id}`, { method: 'DELETE', token: publishToken });
    const times = frames.map((frame) => frame?.at ?? Infinity);
    const first = Math.min(...times);
    const late = times.filter((at) => at > first + heardMs).length;
    if (late === 0 && first < Infinity) return [];
    const what =
      first === Infinity
        ? `None of ${heard.length} streams heard within ${limitMs / 1000} s of what was published.`
        : `${late} of ${heard.length} streams heard more than ${heardMs} ms after the first of what was published.`;
    return [finding('processes', `${what} The processes do not hear each other at once.`)];
  } finally {
    heard.forEach((stream) => stream.close());
  }
}
