import { bodyOf } from '../load/comment.ts';
import type { Place } from '../load/listener.ts';
import { publishToken } from './carillon-seed.ts';
import type { Watched } from './server.ts';

const topic = 'launch';
const usersPerRequest = 1_000;
const reportsAtOnce = 100;

/**
 * Lets the first `count` users of a Carillon watch a topic and a report. Where there are not so many, others do as well,
 * whose turn comes earlier.
 * @returns how to tell them of something
 */
export async function watchedIn(
  place: Place,
  reportId: string,
  count: number,
  owners: number,
): Promise<Watched> {
  const users = Array.from({ length: count }, (_, i) => (i < owners ? `u${i}` : `a${i}`));
  for (const watched of [topic, `report:${reportId}`]) {
    for (let i = 0; i < count; i += usersPerRequest) {
      await setWatches(place, watched, users.slice(i, i + usersPerRequest));
    }
  }
  const head = `Host: ${place.host}:${place.port}\r\nAuthorization: Bearer ${publishToken}`;
  return {
    report: `/reports/${reportId}`,
    tell: (number) => ({
      method: 'POST',
      path: '/activities',
      head,
      body: JSON.stringify({
        type: 'launch',
        title: 'A new reading list',
        body: bodyOf(number),
        topics: [topic],
      }),
    }),
  };
}

/** Lets `count` users hear of comments on each of these reports: its owner, and others who write none. */
export async function letHear(place: Place, reportIds: readonly string[], count: number): Promise<void> {
  for (let i = 0; i < reportIds.length; i += reportsAtOnce) {
    const some = reportIds.slice(i, i + reportsAtOnce);
    await Promise.all(
      some.map((id) => {
        const others = Array.from({ length: count - 1 }, (_, j) => `${id}-${j}`);
        return setWatches(place, `report:${id}`, others);
      }),
    );
  }
}

async function setWatches(place: Place, watched: string, users: readonly string[]): Promise<void> {
  const url = `http://${place.host}:${place.port}/topics/${encodeURIComponent(watched)}/watches`;
  const response = await fetch(url, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${publishToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ users, level: 'all' }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
}
