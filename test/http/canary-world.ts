import { signToken } from '../../src/http/token.ts';
import type { Random } from '../support/random.ts';
import { openRawStream } from '../support/raw-stream.ts';
import { type Answer, ask, secret } from '../support/server.ts';
import { until } from '../support/wait.ts';

export const people = ['ann', 'bob', 'carol', 'dan'] as const;
const tokenRules = { issuer: undefined, audience: undefined };

/** Texts that must not be seen any more, and since when: a number that each step counts on. */
class Canaries {
  readonly gone = new Map<string, number>();
  #made = 0;
  now = 0;

  make(): string {
    return `canary<${++this.#made}>`;
  }

  kill(text: string): void {
    this.gone.set(text, ++this.now);
  }

  /** Those of the dead in `text` that had been dead when it was asked for. */
  in(text: string, askedAt: number): string[] {
    const found = text.match(/canary<\d+>/g) ?? [];
    return found.filter((canary) => (this.gone.get(canary) ?? Infinity) <= askedAt);
  }
}

interface Written {
  readonly id: string;
  readonly author: string;
  text: string;
}

/** People who write, edit, delete, read, and come back, and what must not be seen by any of them. */
export class World {
  readonly canaries = new Canaries();
  readonly found: string[] = [];
  readonly written: Written[] = [];
  readonly #urls: () => readonly string[];
  readonly #random: Random;
  report = '';
  readonly #tokens = new Map<string, Promise<string>>();
  #requests = 0;

  /** @param urls of the processes that are there at present. */
  constructor(urls: () => readonly string[], random: Random) {
    this.#urls = urls;
    this.#random = random;
  }

  /** Ann's report, about which they talk. */
  async begin(): Promise<void> {
    ({ id: this.report } = await this.ask('ann', 'POST', '/reports', { title: 'Reading list' }));
  }

  /** Asks any of the processes until one has answered, and looks for what is dead in the answer. */
  async ask(user: string, method: string, path: string, body?: object): Promise<any> {
    const key = { 'idempotency-key': String(++this.#requests) };
    const authorization = `Bearer ${await this.#token(user)}`;
    const headers = { authorization, ...(method === 'POST' && path.endsWith('/comments') && key) };
    let [askedAt, answer]: [number, Answer | undefined] = [0, undefined];
    for (const end = Date.now() + 60_000; answer === undefined;) {
      askedAt = this.canaries.now;
      answer = await this.#tried(method, path, body, headers);
      if (Date.now() > end) throw new Error(`${method} ${path} was not answered within 60 s.`);
    }
    const { json } = answer;
    for (const text of this.canaries.in(JSON.stringify(json ?? null), askedAt)) {
      this.found.push(`${method} ${path} for ${user}: ${text}`);
    }
    return json;
  }

  /** @returns undefined when there was no answer: the process was killed, perhaps after it did what was asked. */
  async #tried(
    method: string,
    path: string,
    body: object | undefined,
    headers: Record<string, string>,
  ): Promise<Answer | undefined> {
    const urls = this.#urls();
    try {
      if (urls.length > 0) {
        const answer = await ask(`${this.#random.pick(urls)}${path}`, method, body, headers);
        // A request of the killed process is still under way in the database, or that is not there yet.
        if (answer.status !== 409 && answer.status !== 503) return answer;
      }
    } catch {
      // It is repeated: for what writes under one Idempotency-Key, all else may be done twice.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    return undefined;
  }

  async step(): Promise<void> {
    const user = this.#random.pick(people);
    const comments = `/reports/${this.report}/comments`;
    switch (this.#random.whole(0, 9)) {
      case 0:
      case 1:
      case 2: {
        const text = this.canaries.make();
        const parentId = this.#random.chance(0.3) ? (this.#any()?.id ?? null) : null;
        const mentions = people.filter(() => this.#random.chance(0.2));
        const { id } = await this.ask(user, 'POST', comments, { body: text, parentId, mentions });
        // Its parent may have been deleted meanwhile: 404.
        if (id !== undefined) this.written.push({ id, author: user, text });
        return;
      }
      case 3: {
        const written = this.#take();
        if (written === undefined) return;
        const [before, text] = [written.text, this.canaries.make()];
        const { editedAt } = await this.ask(written.author, 'PATCH', `${comments}/${written.id}`, {
          body: text,
        });
        if (editedAt === undefined) return;
        this.canaries.kill(before);
        this.written.push({ ...written, text });
        return;
      }
      case 4:
      case 5: {
        const written = this.#take();
        if (written === undefined) return;
        // By its author, or by the owner of the report.
        const by = this.#random.chance(0.5) ? written.author : 'ann';
        await this.ask(by, 'DELETE', `${comments}/${written.id}`);
        this.canaries.kill(written.text);
        return;
      }
      case 6:
        await this.ask(user, 'GET', '/notifications?limit=100');
        return;
      case 7:
        await this.ask(user, 'GET', `${comments}?limit=100`);
        return;
      case 8:
        await this.ask(user, 'POST', `/topics/report:${this.report}/read`);
        return;
      default:
        await this.replay(user);
    }
  }

  /** Reads everything that a user has missed, as one who comes back. */
  async replay(user: string): Promise<void> {
    const epoch = await this.#epoch();
    const askedAt = this.canaries.now;
    const [url] = this.#urls();
    if (url === undefined) return;
    const stream = openRawStream(url, { token: await this.#token(user), lastEventId: `${epoch}.0` });
    await until('the replay, or a killed process', () => stream.ended || stream.text.includes('event: sync'));
    const end = stream.text.indexOf('event: sync');
    for (const text of this.canaries.in(stream.text.slice(0, end === -1 ? undefined : end), askedAt)) {
      this.found.push(`replay for ${user}: ${text}`);
    }
    stream.socket.destroy();
  }

  async #epoch(): Promise<string> {
    const { streamCursor } = await this.ask('ann', 'GET', '/notifications?limit=1');
    return String(streamCursor).split('.')[0] ?? '';
  }

  #token(user: string): Promise<string> {
    const known = this.#tokens.get(user) ?? signToken({ id: user, name: user }, 3600, secret, tokenRules);
    this.#tokens.set(user, known);
    return known;
  }

  #any(): Written | undefined {
    return this.written.length === 0 ? undefined : this.#random.pick(this.written);
  }

  /** One that nobody else edits or deletes meanwhile. */
  #take(): Written | undefined {
    const at = this.#random.whole(0, Math.max(0, this.written.length - 1));
    return this.written.splice(at, 1)[0];
  }
}
