import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '../support/random.ts';
import { until } from '../support/wait.ts';
import { ask, type Question } from './ask.ts';
import type { Clock } from './clock.ts';
import type { Publication } from './history.ts';
import { insist } from './insist.ts';
import { publishToken } from './tokens.ts';

interface PublishersParts {
  readonly seed: number;
  readonly clock: Clock;
  /** Where the server is, and the proxies in front of it. */
  readonly urls: readonly string[];
  /** Who is written to by name. */
  readonly people: readonly string[];
  readonly log: Publication[];
  readonly pauseMs: number;
}

/** How many publish at once. */
const publisherCount = 2;
const crowdTopic = 'crowd';
/** Who is reached in steps, because they are more than one transaction notifies. */
export const crowd: readonly string[] = Array.from({ length: 120 }, (_, i) => `crowd-${i + 1}`);

/**
 * A backend that publishes, changes, takes back, and schedules, to a few and to a crowd, until told to stop. It repeats
 * whatever it does not know.
 */
export class Publishers {
  readonly #parts: PublishersParts;
  readonly #random: Random;
  #published = 0;
  #isPaused = false;
  #giveUp = false;
  #atWork: Promise<void>[] = [];

  constructor(parts: PublishersParts) {
    this.#parts = parts;
    this.#random = createRandom(parts.seed);
  }

  /** How often something was taken back that had not reached everybody. */
  get takenBackEarly(): number {
    return this.#parts.log.filter(({ isEarly }) => isEarly).length;
  }

  /** Lets the crowd watch its topic. */
  async gatherCrowd(): Promise<void> {
    await this.#insist(`/topics/${crowdTopic}/watches`, {
      method: 'PUT',
      body: { users: [...crowd, ...this.#parts.people], level: 'all' },
    });
  }

  start(): void {
    this.#isPaused = false;
    this.#atWork = Array.from({ length: publisherCount }, () => this.#work());
  }

  /** Resolves when so many activities have been published, and rejects after `limitMs`. */
  async reach(count: number, limitMs: number): Promise<void> {
    const isDone = () => this.#parts.log.filter(({ outcome }) => outcome === 'ok').length >= count;
    await until(`${count} activities to be published`, isDone, limitMs);
  }

  /** Resolves when every answer is known and nobody publishes any more, before `start`. */
  async settle(): Promise<void> {
    this.#isPaused = true;
    await Promise.all(this.#atWork);
  }

  /**
   * Publishes no more, and waits until all that was published has come to rest: it has reached everybody, was taken back
   * from everybody, or has expired. What has not after `limitMs` is a case for the checker.
   * @param workLeft how many activities there are with which something is still to be done.
   */
  async stop(workLeft: () => number | Promise<number>, limitMs: number): Promise<void> {
    const giveUp = setTimeout(() => (this.#giveUp = true), limitMs);
    await this.settle();
    await until('all activities to come to rest', async () => (await workLeft()) === 0, limitMs).catch(
      () => undefined,
    );
    clearTimeout(giveUp);
    for (const publication of this.#parts.log) if (publication.expires) publication.gone = 'done';
  }

  async #work(): Promise<void> {
    while (!this.#isPaused) {
      await this.#live();
      await this.#pause(10);
    }
  }

  /** The life of one activity. */
  async #live(): Promise<void> {
    const index = ++this.#published;
    const key = `p${this.#parts.seed}-${index}`;
    // Of its own, so that what an activity lives through does not depend on how fast the others are.
    const random = createRandom(this.#parts.seed * 10_000 + index);
    const isForCrowd = random.chance(0.3);
    const people = [...new Set([random.pick(this.#parts.people), random.pick(this.#parts.people)])];
    const publication: Publication = {
      key,
      users: isForCrowd ? [...crowd, ...this.#parts.people] : people,
      texts: [`${key} as published`],
      reason: isForCrowd ? 'team' : 'direct',
      expires: random.chance(0.15),
      outcome: 'unknown',
      gone: 'no',
    };
    const [isChanged, isTakenBack] = [random.chance(0.4), random.chance(0.5)];
    this.#parts.log.push(publication);
    // By the clock that the server will have in the end.
    const inMs = (ms: number) => new Date(Date.now() + this.#parts.clock.restOffsetMs + ms).toISOString();
    await this.#publish(publication, {
      type: 'chaos.published',
      title: publication.texts[0],
      to: isForCrowd ? [{ topic: crowdTopic }] : people,
      key,
      ...(random.chance(0.2) && { at: inMs(random.whole(0, 1_000)) }),
      ...(publication.expires && { expiresAt: inMs(random.whole(1_500, 3_000)) }),
    });
    if (publication.outcome !== 'ok') return;
    await this.#pause(2);
    if (isChanged) await this.#change(publication);
    if (!publication.expires && isTakenBack) await this.#takeBack(publication);
  }

  async #publish(publication: Publication, body: object): Promise<void> {
    if (publication.expires) publication.gone = 'asked';
    const answer = await this.#insist('/activities', { method: 'POST', body });
    if (answer === undefined) return;
    const { status, json, tries } = answer;
    if (status === 200 || status === 201) {
      publication.outcome = 'ok';
      publication.activityId = String(json.id);
    } else if (tries === 1) {
      publication.outcome = 'refused'; // Its time has passed by the server's clock.
    }
  }

  async #change(publication: Publication): Promise<void> {
    const title = `${publication.key} as changed`;
    publication.texts.push(title);
    const answer = await this.#insist(`/activities/${publication.activityId}`, {
      method: 'PATCH',
      body: { title },
    });
    if (answer?.status === 200) publication.texts.splice(0, publication.texts.length, title);
  }

  async #takeBack(publication: Publication): Promise<void> {
    const path = `/activities/by-key/${publication.key}`;
    const before = await this.#insist(path, {});
    publication.gone = 'asked';
    const answer = await this.#insist(path, { method: 'DELETE' });
    if (answer === undefined) return;
    publication.gone = 'done';
    publication.goneAt = performance.now();
    publication.isEarly = before?.json?.state !== 'done';
  }

  #insist(path: string, question: Question) {
    const headers = { authorization: `Bearer ${publishToken}` };
    const again = () => ask(`${this.#random.pick(this.#parts.urls)}${path}`, { ...question, headers });
    return insist(again, { random: this.#random, goesOn: () => !this.#giveUp });
  }

  /** Up to so many pauses. */
  async #pause(count: number): Promise<void> {
    await sleep(this.#random.whole(0, count * this.#parts.pauseMs));
  }
}
