import { describe, expect, test } from 'vitest';
import { createItems, type ListEvent } from '../../../src/client/items.ts';
import { notificationActions } from '../../../src/domain/notification.ts';
import type { ShownRecipient } from '../../../src/domain/explanation.ts';
import { newActivity, type NewActivity } from '../../../src/domain/publishing.ts';
import type { Report } from '../../../src/domain/report.ts';
import type { Store } from '../../../src/domain/store.ts';
import { WatchCause, WatchLevel } from '../../../src/domain/watch.ts';
import { createRandom, type Random } from '../../support/random.ts';
import {
  addReport,
  ann,
  type Bench,
  bob,
  cleo,
  listAll,
  nobodysId,
  numbersTo,
  type OpenStore,
  startBench,
  walk,
} from './bench.ts';
import { expectInStep, sendAll } from './random-world.ts';
import { countsIn, listedState, Replica } from './replica.ts';
import { seeds } from './seeds.ts';

const people = [ann, bob, cleo];
/** So many that what they watch reaches them in steps. */
const crowd = numbersTo(110).map((i) => `watcher-${i}`);
const topics = ['order:1', 'order:2', 'crowd'];
const shop = 'shop';

export function describeRandomPublishing(open: OpenStore): void {
  describe('random publishing', () => {
    test.each(seeds.slice(-2))(
      'does what `explain` says, and tells each inbox of it (seed %i)',
      async (seed) => {
        const world = new World(await startBench(open, { groupComments: 'report' }), createRandom(seed));
        await world.begin();
        for (let i = 0; i < 60; i++) {
          await world.explainAndPublish();
          for (let j = world.random.whole(0, 6); j > 0; j--) await world.request(1);
          await world.check();
        }
        await world.checkSums();
      },
    );

    test.each(seeds.slice(-2))(
      'keeps inboxes right with steps under way, many at once (seed %i)',
      async (seed) => {
        const world = new World(await startBench(open, { groupComments: 'report' }), createRandom(seed));
        await world.begin();
        for (let i = 0; i < 15; i++) {
          for (let j = 0; j < 4; j++) await world.request(8);
          await world.workAsExplained();
          await world.check();
        }
        await world.checkSums();
      },
    );
  });
}

/**
 * An application and some users. Each user has two clients: one hears every event at once, the other comes now and then,
 * and asks for what it has missed.
 */
class World {
  readonly random: Random;
  readonly #bench: Bench;
  readonly #reports: Report[] = [];
  readonly #comments: { readonly reportId: string; readonly id: string; readonly author: string }[] = [];
  readonly #activities: string[] = [];
  readonly #live = new Map(people.map(({ id }) => [id, new Replica()]));
  readonly #returning = new Map(people.map(({ id }) => [id, returningClient()]));
  /** How many of the told events the live clients have heard. */
  #heard = 0;

  constructor(bench: Bench, random: Random) {
    this.#bench = bench;
    this.random = random;
  }

  async begin(): Promise<void> {
    const { store } = this.#bench;
    for (const person of people) this.#reports.push(await addReport(store, person));
    await store.setWatches('crowd', { users: crowd, level: 'all', because: 'manual' });
    for (const topic of topics) {
      await store.setWatches(topic, { users: 'everybody', level: 'all', because: 'manual' });
    }
    for (const { id } of people) await store.setWatch(id, this.random.pick(topics), 'all');
  }

  /** Asks what would happen, publishes, and compares when everybody's turn has come. */
  async explainAndPublish(): Promise<void> {
    const { store } = this.#bench;
    await this.#workOff();
    const draft = { ...this.#draft(), at: null };
    const explained = await store.explain(draft);
    const [first, ...others] = await Promise.all(people.map(({ id }) => store.explainFor(draft, id)));
    const { id } = (await store.publish(shop, draft)).value.value;
    this.#activities.push(id);
    await this.#workOff();

    const considered = await this.#recipients(id);
    expect(countByRule(considered), JSON.stringify(draft)).toEqual(explained.because);
    const notified = considered.filter((one) => one.notified);
    expect(notified).toHaveLength(explained.notified);
    expect(await store.published(shop, { id })).toEqual({
      id,
      state: 'done',
      notified: notified.length,
      waiting: 0,
    });
    for (const explainedFor of [first, ...others]) {
      const user = explainedFor?.user ?? '';
      const known = considered.find((one) => one.user === user);
      const { asOf, ...now } = await store.recipient(shop, id, user);
      expect({ ...now, asOf: 'now' }, JSON.stringify(draft)).toEqual(explainedFor);
      expect(asOf).toBe(known === undefined ? 'now' : undefined);
      // Who is not among those who were considered was not to be notified.
      if (known === undefined) expect(now.notified).toBe(false);
      else expect(known).toEqual({ user, notified: now.notified, reason: now.reason, rule: now.rule });
      const hasIt = (await listAll(store, user)).some((one) => one.id === id);
      if (hasIt) expect(now.notified).toBe(true);
    }
  }

  /** Does what is due step by step: whoever's turn comes is decided as was said of them a moment before. */
  async workAsExplained(): Promise<void> {
    const { store } = this.#bench;
    const watched = [...people.map(({ id }) => id), ...crowd.slice(0, 3)];
    for (;;) {
      const running = await this.#activitiesWhere((state) => state === 'running');
      const said = await Promise.all(
        running.flatMap((id) => watched.map(async (user) => ({ id, ...(await this.#said(id, user)) }))),
      );
      if (!(await store.work()).didStep) break;
      for (const { id, asOf, ...before } of said) {
        const { asOf: still, ...after } = await this.#said(id, before.user);
        if (asOf === 'now' && still === undefined) expect(after).toEqual(before);
      }
    }
  }

  /** Sends `count` requests at once. */
  async request(count: number): Promise<void> {
    this.#bench.clock.now += this.random.whole(0, 1000);
    if (this.random.chance(0.02)) await this.#bench.reopen();
    const requests = await Promise.all(Array.from({ length: count }, () => this.#pickRequest()));
    const expected = ['not_found', 'invalid_input', 'conflict', 'precondition_failed'] as const;
    await sendAll(this.#bench.store, requests, expected);
  }

  /** Looks whether inboxes, lists, logs, and both clients agree, with nothing under way. */
  async check(): Promise<void> {
    const { store, told } = this.#bench;
    await this.#workOff();
    for (const event of told().slice(this.#heard)) this.#live.get(event.userId)?.apply(event);
    this.#heard = told().length;
    for (const { id } of people) {
      await expectInStep(this.#bench, id);
      const [all, archived] = [await listAll(store, id), await listAll(store, id, 'archived')];
      const listed = listedState([...all, ...archived]);
      expect(this.#live.get(id)?.state(), `what a live client of ${id} knows`).toBe(listed);
      if (this.random.chance(0.7)) continue;
      const shown = await this.#returning.get(id)?.comeBack(store, id);
      expect(shown, `what a client of ${id} knows that came back`).toBe(listed);
    }
    await this.#checkReasons();
    for (const id of await this.#activitiesWhere((state) => state === 'retracted')) {
      const stillNotified = (await this.#recipients(id)).filter((one) => one.notified);
      expect(stillNotified, `who still has ${id}, which was taken back`).toEqual([]);
    }
  }

  /** Looks whether each user's notifications stand for as many activities as the user was notified of. */
  async checkSums(): Promise<void> {
    const { store } = this.#bench;
    const activities = [...this.#activities, ...this.#comments.map(({ id }) => id)];
    for (const { id: user } of people) {
      const all = [...(await listAll(store, user)), ...(await listAll(store, user, 'archived'))];
      const known = await Promise.all(activities.map((id) => store.recipient(undefined, id, user)));
      const notified = known.filter((one) => one.notified && one.asOf === undefined);
      expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(notified.length);
    }
  }

  /** Looks whether what is listed of a report has the reasons of its comments, and none other. */
  async #checkReasons(): Promise<void> {
    const { store } = this.#bench;
    const report = this.random.pick(this.#reports);
    const comments = this.#comments.filter(({ reportId }) => reportId === report.id);
    const considered = await Promise.all(
      comments.map(({ id }) => store.recipients(undefined, id, { limit: 100 })),
    );
    const notified = considered.flatMap(({ data }) => data).filter((one) => one.notified);
    for (const { id: user } of people) {
      const given = new Set(notified.filter((one) => one.user === user).map(({ reason }) => reason));
      const all = [...(await listAll(store, user)), ...(await listAll(store, user, 'archived'))];
      const shown = new Set(all.filter((one) => one.report?.id === report.id).map(({ reason }) => reason));
      for (const reason of shown) expect(given, `reasons of ${user} for what is listed`).toContain(reason);
      if (given.has('mention')) expect(shown, `reasons that ${user} sees`).toContain('mention');
    }
  }

  async #workOff(): Promise<void> {
    while ((await this.#bench.store.work()).didStep);
  }

  #said(id: string, user: string) {
    return this.#bench.store.recipient(shop, id, user);
  }

  #recipients(id: string): Promise<readonly ShownRecipient[]> {
    const limit = this.random.whole(1, 100);
    return walk((after) => this.#bench.store.recipients(shop, id, { after, limit }));
  }

  async #activitiesWhere(isMeant: (state: string) => boolean): Promise<readonly string[]> {
    const states = await Promise.all(
      this.#activities.slice(-12).map((id) => this.#bench.store.published(shop, { id })),
    );
    return states.filter(({ state }) => isMeant(state)).map(({ id }) => id);
  }

  #draft(): NewActivity {
    const { random } = this;
    const { now } = this.#bench.clock;
    const to = Array.from({ length: random.whole(0, 3) }, () => {
      const one = random.chance(0.8)
        ? { user: this.random.pick(people).id }
        : { topic: this.random.pick(topics) };
      return random.chance(0.5) ? one : { ...one, reason: 'assigned' };
    });
    const about = topics.filter(() => random.chance(to.length === 0 ? 0.6 : 0.3));
    const isAbout = about.length > 0 || to.length === 0;
    const in5s = () => new Date(now + random.whole(1, 5_000)).toISOString();
    return newActivity(() => now).parse({
      type: this.random.pick(['order.shipped', 'build.failed']),
      title: `Title ${random.whole(1, 1_000_000)}`,
      ...(isAbout && { topics: about.length > 0 ? about : [this.random.pick(topics)] }),
      ...(to.length > 0 && { to }),
      ...(random.chance(0.5) && { actor: this.random.pick(people) }),
      ...(random.chance(0.6) && { group: this.random.pick(['first', 'second']) }),
      ...(random.chance(0.1) && { at: in5s() }),
      ...(random.chance(0.1) && { expiresAt: new Date(now + random.whole(5_001, 20_000)).toISOString() }),
    });
  }

  async #pickRequest(): Promise<(store: Store) => Promise<unknown>> {
    const { random } = this;
    const user = this.random.pick(people).id;
    const { seq } = await this.#bench.store.inbox(user);
    // Of what was just seen most often, and now and then one too far.
    const upTo = random.whole(Math.max(0, seq - 10), random.chance(0.1) ? seq + 1 : seq);
    const of = (shares: readonly (readonly [number, () => (store: Store) => Promise<unknown>])[]) => {
      let dice = random.next() * shares.reduce((total, [share]) => total + share, 0);
      const chosen = shares.find(([share]) => (dice -= share) < 0);
      return (chosen ?? shares[0])?.[1]() ?? (() => Promise.resolve());
    };
    const notification = await this.#pickNotification(user);
    return of([
      [10, () => this.#publish(this.#draft())],
      [4, () => this.#taken((store, id) => store.retract(shop, { id }))],
      [4, () => this.#taken((store, id) => store.changeActivity(shop, { id }, { title: `New ${seq}` }))],
      [8, () => this.#comment()],
      [3, () => this.#editComment()],
      [3, () => this.#deleteComment()],
      [12, () => this.#act(user, notification, random.chance(0.2) ? upTo : undefined)],
      [4, () => (store) => store.markRead(user, random.chance(0.5) ? { upTo } : { ids: [notification] })],
      [4, () => (store) => store.markSeen(user, upTo)],
      [1, () => this.#topicRead(user)],
      [3, () => this.#watch(user)],
      [2, () => this.#setWatches()],
      [3, () => this.#settings(user)],
      [10, () => (store) => store.work()],
    ]);
  }

  #publish(draft: NewActivity) {
    return async (store: Store) => {
      this.#activities.push((await store.publish(shop, draft)).value.value.id);
    };
  }

  /** Something with one of the newest activities. */
  #taken(send: (store: Store, id: string) => Promise<unknown>) {
    const id = this.#pickOr(this.#activities.slice(-8), nobodysId);
    return (store: Store) => send(store, id);
  }

  #comment() {
    const [author, report] = [this.random.pick(people), this.random.pick(this.#reports)];
    const parent = this.#pickOr(
      this.#comments.filter(({ reportId }) => reportId === report.id).slice(-4),
      undefined,
    );
    const parentId = this.random.chance(0.4) && parent !== undefined ? parent.id : null;
    const mentions = people.map(({ id }) => id).filter(() => this.random.chance(0.2));
    return async (store: Store) => {
      const { value } = await store.addComment(author, report.id, { body: 'Well said.', parentId, mentions });
      this.#comments.push({ reportId: report.id, id: value.id, author: author.id });
    };
  }

  #editComment() {
    const { reportId, id, author } = this.#pickComment();
    const actor = people.find((person) => person.id === author) ?? ann;
    const mentions = people.map((person) => person.id).filter(() => this.random.chance(0.3));
    const body = `Said otherwise ${this.random.whole(1, 1_000)}.`;
    return (store: Store) => store.editComment(actor, reportId, id, { body, mentions });
  }

  #deleteComment() {
    const { reportId, id, author } = this.#pickComment();
    const actor = people.find((person) => person.id === author) ?? ann;
    return (store: Store) => store.deleteComment(actor, reportId, id);
  }

  #act(user: string, notification: string, asOf: number | undefined) {
    const action = this.random.pick(notificationActions);
    return (store: Store) => store.act(user, notification, action, action === 'read' ? asOf : undefined);
  }

  #topicRead(user: string) {
    const topic = this.random.pick([...topics, ...this.#reports.map(({ id }) => `report:${id}`)]);
    return (store: Store) => store.markTopicRead(user, topic);
  }

  #watch(user: string) {
    const topic = this.random.pick([...topics, ...this.#reports.map(({ id }) => `report:${id}`)]);
    const level = this.random.pick(WatchLevel.options);
    if (this.random.chance(0.2)) return (store: Store) => store.unsetWatch(user, topic);
    return (store: Store) => store.setWatch(user, topic, level);
  }

  #setWatches() {
    const topic = this.random.pick(topics);
    const users = this.random.chance(0.1) ? ('everybody' as const) : [this.random.pick(people).id];
    const [level, because] = [this.random.pick(WatchLevel.options), this.random.pick(WatchCause.options)];
    return (store: Store) => store.setWatches(topic, { users, level, because });
  }

  #settings(user: string) {
    const preference = this.random.pick(['on', 'quiet', 'off'] as const);
    const entry = this.random.pick(['order.shipped', 'build.failed/watching', 'NEW_COMMENT_ON_REPORT', '*']);
    const settings = {
      inbox: { [entry]: preference },
      blocked: people.map(({ id }) => id).filter((id) => id !== user && this.random.chance(0.2)),
    };
    return (store: Store) => store.setSettings(user, settings, undefined);
  }

  async #pickNotification(user: string): Promise<string> {
    const status = this.random.chance(0.2) ? 'archived' : 'all';
    const { data } = await this.#bench.store.notifications(user, { status, limit: 6 });
    return this.#pickOr(data, undefined)?.id ?? nobodysId;
  }

  #pickComment() {
    const none = { reportId: nobodysId, id: nobodysId, author: ann.id };
    return this.#pickOr(this.#comments.slice(-6), none);
  }

  #pickOr<T, U>(choices: readonly T[], otherwise: U): T | U {
    return choices.length === 0 ? otherwise : this.random.pick(choices);
  }
}

/** A client that was away: the lists of the client library, which take what the log says since. */
function returningClient() {
  const lists = (['all', 'archived'] as const).map((filter) => createItems(filter, 0, 10_000));
  let seq = 0;
  let unread = 0;
  return {
    /** @returns what it knows then, as text. */
    async comeBack(store: Store, userId: string): Promise<string> {
      for (const event of (await store.log(userId, seq, 10_000)).events) {
        ({ seq } = event);
        const jump = Math.abs(countsIn(event).unread - unread);
        ({ unread } = countsIn(event));
        // An event about one notification counts one more or less.
        if (unread < 0 || (jump > 1 && event.type.startsWith('notification.')))
          throw new Error(`event ${seq} of ${userId} counts ${unread}, by ${jump}`);
        const heard = { type: event.type, ...JSON.parse(event.data) } as ListEvent;
        for (const list of lists) list.take(heard, new Date(0).toISOString());
      }
      return listedState(lists.flatMap((list) => list.sorted([])));
    },
  };
}

function countByRule(considered: readonly ShownRecipient[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { rule } of considered) counts[rule] = (counts[rule] ?? 0) + 1;
  return counts;
}
