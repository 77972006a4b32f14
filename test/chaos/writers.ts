import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { createRandom, type Random } from '../support/random.ts';
import { ask } from './ask.ts';
import type { Write } from './history.ts';
import { insist } from './insist.ts';
import type { Tokens } from './tokens.ts';

export interface WritersParts {
  readonly seed: number;
  readonly tokens: Tokens;
  /** Where the server is, and the proxies in front of it; each writer has one of these ways. */
  readonly urls: readonly string[];
  /** Who writes, and now and then under an own report; they speak to each other. */
  readonly authors: readonly string[];
  /** Ids of the reports that are written to. */
  readonly reports: readonly string[];
  readonly log: Write[];
  readonly pauseMs: number;
}

/** A comment to be posted. */
interface Draft {
  readonly author: string;
  readonly reportId: string;
  /** Unless given, a new one, which is the first word of the body as well. */
  readonly key?: string;
}

/** How many write at once. */
const writerCount = 6;
/** As long as an excerpt may be and four bytes a character: large frames fill a socket soon. */
const filler = '🔔'.repeat(140);

/** Posts comments until told to stop, and repeats under the same key whatever it does not know. */
export class Writers {
  readonly #parts: WritersParts;
  readonly #random: Random;
  readonly #agent = new Agent({ keepAlive: true });
  /** How often each status was answered. */
  readonly answers = new Map<number, number>();
  #written = 0;
  /** Begins and ends of writes so far. */
  #moment = 0;
  #isPaused = false;
  #atWork: Promise<void>[] = [];
  #giveUp = false;

  constructor(parts: WritersParts) {
    this.#parts = parts;
    this.#random = createRandom(parts.seed);
  }

  start(): void {
    this.#isPaused = false;
    this.#atWork = Array.from({ length: writerCount }, (_, i) => this.#work(i));
  }

  /** Resolves when every answer is known and nobody writes any more, before `start`. */
  async settle(): Promise<void> {
    this.#isPaused = true;
    await Promise.all(this.#atWork);
  }

  /** Writes no more; what cannot be known after `limitMs` stays unknown. */
  async stop(limitMs: number): Promise<void> {
    const giveUp = setTimeout(() => (this.#giveUp = true), limitMs);
    await this.settle();
    clearTimeout(giveUp);
    this.#agent.destroy();
  }

  /** Posts `count` large comments to one report, `width` at a time, as long as `goesOn` says so. */
  async flood(reportId: string, count: number, goesOn: () => boolean): Promise<void> {
    const width = 24;
    let left = count;
    const post = async () => {
      while (left-- > 0 && goesOn() && !this.#isPaused) await this.post({ author: this.#author(), reportId });
    };
    const posting = Promise.all(Array.from({ length: width }, post)).then(() => undefined);
    this.#atWork.push(posting);
    await posting;
  }

  /**
   * Posts many at once, some of which must fail inside the store: to a report that is missing, and with a key that
   * belongs to another comment.
   * @returns how many were refused.
   */
  async burst(): Promise<number> {
    if (this.#isPaused) return 0;
    const writing = this.#burst();
    this.#atWork.push(writing.then(() => undefined));
    const writes = await writing;
    return writes.filter(({ outcome }) => outcome === 'refused').length;
  }

  /** Posts one comment until the answer is known. */
  async post(draft: Draft, url = this.#random.pick(this.#parts.urls)): Promise<Write> {
    const { author, reportId } = draft;
    const name = `${this.#parts.seed}-${++this.#written}`;
    const write: Write = {
      key: name,
      texts: [`${name} as posted`],
      author,
      reportId,
      mentions: this.#random.chance(0.2) ? [this.#author()] : [],
      begun: ++this.#moment,
      outcome: 'unknown',
      gone: 'no',
    };
    this.#parts.log.push(write);
    for (let attempt = 1; ; attempt++) {
      const status = await this.#attempt(write, draft.key ?? name, url);
      if (status === 201) write.outcome = 'ok';
      // A full disk refuses what it was asked for now, not what it may have been given before.
      else if (status === 404 || status === 422 || (status === 507 && attempt === 1))
        write.outcome = 'refused';
      if (write.outcome !== 'unknown') write.ended = ++this.#moment;
      if (write.outcome !== 'unknown' || this.#giveUp) return write;
      await sleep(50 + this.#random.whole(0, 150));
    }
  }

  async #burst(): Promise<Write[]> {
    const good: Draft = { author: this.#author(), reportId: this.#random.pick(this.#parts.reports) };
    const first = await this.post(good);
    const drafts = Array.from({ length: 24 }, (_, i): Draft => {
      if (i === 8) return { ...good, reportId: newId() };
      return i === 16 && first.outcome === 'ok' ? { ...good, key: first.key } : good;
    });
    return Promise.all(drafts.map((draft) => this.post(draft)));
  }

  /** @returns the status; undefined when it broke, or there was no answer in time. */
  async #attempt(write: Write, key: string, url: string): Promise<number | undefined> {
    const { author, reportId } = write;
    try {
      const { status, json } = await ask(`${url}/reports/${reportId}/comments`, {
        method: 'POST',
        token: await this.#parts.tokens.lasting(author),
        headers: { 'idempotency-key': key },
        body: { body: `${write.texts[0]} ${filler}`, mentions: write.mentions },
        agent: this.#agent,
      });
      this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
      if (status === 201) write.commentId = json.id as string;
      return status;
    } catch {
      return undefined;
    }
  }

  async #work(writer: number): Promise<void> {
    const { urls, reports, pauseMs } = this.#parts;
    while (!this.#isPaused) {
      const url = urls[writer % urls.length];
      const write = await this.post({ author: this.#author(), reportId: this.#random.pick(reports) }, url);
      if (write.outcome === 'ok') await this.#thinkAgain(write);
      await sleep(this.#random.whole(0, 2 * pauseMs));
    }
  }

  /** Now and then an author changes or deletes what they wrote. */
  async #thinkAgain(write: Write): Promise<void> {
    if (this.#random.chance(0.1)) {
      const text = `${write.key} as changed`;
      write.texts.push(text);
      const answer = await this.#insist(write, 'PATCH', { body: `${text} ${filler}` });
      if (answer?.status === 200) write.texts.splice(0, write.texts.length, text);
    }
    if (!this.#random.chance(0.1)) return;
    write.gone = 'asked';
    const answer = await this.#insist(write, 'DELETE');
    if (answer === undefined) return;
    write.gone = 'done';
    write.goneAt = performance.now();
  }

  #insist({ author, reportId, commentId }: Write, method: 'PATCH' | 'DELETE', body?: object) {
    const path = `/reports/${reportId}/comments/${commentId}`;
    const again = async () => {
      const token = await this.#parts.tokens.lasting(author);
      const url = this.#random.pick(this.#parts.urls);
      return ask(`${url}${path}`, { method, token, body, agent: this.#agent });
    };
    return insist(again, { random: this.#random, goesOn: () => !this.#giveUp });
  }

  #author(): string {
    return this.#random.pick(this.#parts.authors);
  }
}
