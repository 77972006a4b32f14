import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Write } from '../chaos/history.ts';
import type { Tokens } from '../chaos/tokens.ts';

export interface PostersParts {
  /** Where they post; through a proxy. */
  readonly url: string;
  readonly tokens: Tokens;
  readonly author: string;
  readonly reportIds: readonly string[];
}

const posterCount = 4;
/** Between two posts of one of them: what a small installation gets, and enough to meet every moment of a restart. */
const pauseMs = 10;

/** Post comments until told to stop, and repeat under the same key whatever they do not know. */
export class Posters {
  readonly writes: Write[] = [];
  /** How often each status was answered; `broken` where there was no answer. */
  readonly answers = new Map<number | 'broken', number>();
  readonly #parts: PostersParts;
  #isStopping = false;
  #moment = 0;
  readonly #atWork: Promise<void>[];

  constructor(parts: PostersParts) {
    this.#parts = parts;
    this.#atWork = Array.from({ length: posterCount }, (_, i) => this.#work(i));
  }

  get acknowledged(): number {
    return this.answers.get(201) ?? 0;
  }

  /** Resolves when every answer is known. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#atWork);
  }

  async #work(poster: number): Promise<void> {
    const { author, reportIds } = this.#parts;
    for (let i = 0; !this.#isStopping; i++) {
      const reportId = reportIds[i % reportIds.length] ?? '';
      const write: Write = {
        key: `${poster}-${i}`,
        author,
        reportId,
        texts: [`${poster}-${i} .`],
        mentions: [],
        gone: 'no',
        begun: ++this.#moment,
        outcome: 'unknown',
      };
      this.writes.push(write);
      while (write.outcome === 'unknown') {
        await this.#attempt(write);
        await sleep(pauseMs);
      }
      write.ended = ++this.#moment;
    }
  }

  async #attempt(write: Write): Promise<void> {
    const { url, tokens } = this.#parts;
    const { key, reportId, author } = write;
    const token = await tokens.lasting(author);
    const answer = await post(`${url}/reports/${reportId}/comments`, token, key).catch(() => undefined);
    const status = answer?.status ?? 'broken';
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
    if (answer?.status !== 201) return;
    write.outcome = 'ok';
    write.commentId = (JSON.parse(answer.text) as { id: string }).id;
  }
}

/**
 * On a connection of its own: one that is kept may be closed by the proxy, when it reads its configuration again, just as
 * the next request goes out on it. Browsers repeat that by themselves.
 */
async function post(url: string, token: string, key: string): Promise<{ status: number; text: string }> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': key,
  };
  const outgoing = request(url, { method: 'POST', headers, agent: false });
  outgoing.end(JSON.stringify({ body: `${key} .` }));
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of incoming.setEncoding('utf8')) text += part as string;
  return { status: incoming.statusCode ?? 0, text };
}
