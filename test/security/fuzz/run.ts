import { connect } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '../../support/random.ts';
import { type Known, makeRequest } from './request.ts';
import { settle, type Target } from './target.ts';

/** How many requests are under way at once. */
const atOnce = 12;
/** How long one may take on a machine that has nothing else to do. */
const limitMs = 1_000;
/** How long an answer is waited for before the client ends its side. */
const patienceMs = 100;
/** When it is given up. */
const givenUpMs = 20_000;
/** Resident memory that a server of this size never needs. */
const maxMegabytes = 700;

export interface FuzzOptions {
  readonly seed: number;
  readonly seconds: number;
  /** This case alone. */
  readonly only?: number;
}

export interface FuzzResult {
  readonly cases: number;
  /** How many answers there were of each status; `none` where the connection ended without one. */
  readonly statuses: ReadonlyMap<string, number>;
  readonly findings: readonly string[];
  /** The longest that a healthy request took meanwhile. */
  readonly slowestControlMs: number;
  /** The longest that anything took. */
  readonly slowestMs: number;
  readonly megabytes: { readonly before: number; readonly most: number; readonly after: number };
}

/** Throws nearly valid requests at a server, each of which follows from the seed and its number. */
export async function fuzz(target: Target, { seed, seconds, only }: FuzzOptions): Promise<FuzzResult> {
  const known = await settle(target);
  const statuses = new Map<string, number>();
  const findings: string[] = [];
  const control = new Control(target);
  const before = target.megabytes();
  let most = before;
  let slowestMs = 0;
  let next = only ?? 0;
  const end = Date.now() + seconds * 1000;
  const goesOn = () =>
    (only === undefined ? Date.now() < end : next === only) && target.ended() === undefined;

  const work = async () => {
    while (goesOn()) {
      const number = next++;
      const { text, ms, isComplete } = await exchange(target.url, ...caseOf(seed, number, known));
      slowestMs = Math.max(slowestMs, ms);
      for (const status of statusesIn(text)) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status.startsWith('5')) findings.push(`case ${number} was answered with ${status}`);
      }
      // A machine that lets even a healthy request wait is not the server's fault.
      if (!isComplete || ms > limitMs + 2 * (await control.slowestSince(performance.now() - ms))) {
        findings.push(`case ${number} took ${Math.round(ms)} ms${isComplete ? '' : ', and did not end'}`);
      }
      if (number % 100 === 0 && target.ended() === undefined) most = Math.max(most, target.megabytes());
    }
  };
  await Promise.all(Array.from({ length: only === undefined ? atOnce : 1 }, work));
  findings.push(...control.findings, ...target.findings);
  const dead = target.ended();
  if (dead !== undefined)
    findings.push(`the server is gone: ${dead}, within the ${atOnce} cases before ${next}`);
  else await control.slowestSince(performance.now());
  control.stop();
  const after = dead === undefined ? target.megabytes() : 0;
  if (Math.max(most, after) > maxMegabytes) findings.push(`the server needs ${Math.round(most)} MB`);
  return {
    cases: only === undefined ? next : 1,
    statuses,
    findings,
    slowestControlMs: control.slowestMs,
    slowestMs,
    megabytes: { before, most, after },
  };
}

/** The bytes of a case, and the pieces in which they are sent. */
function caseOf(seed: number, number: number, known: Known): [Buffer, Random] {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  return [makeRequest(random, known), random];
}

function statusesIn(text: string): string[] {
  const found = Array.from(text.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => status ?? '');
  return found.length === 0 ? ['none'] : found;
}

/** Sends these bytes in a few pieces, ends its side, and reads until the server has ended its own. */
async function exchange(
  url: string,
  bytes: Buffer,
  random: Random,
): Promise<{ text: string; ms: number; isComplete: boolean }> {
  const { port, hostname } = new URL(url);
  const start = performance.now();
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  let text = '';
  const answered = new Promise((resolve) => socket.once('data', resolve));
  const closed = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), givenUpMs);
    const done = () => {
      clearTimeout(timer);
      resolve(true);
    };
    socket.on('end', done).on('error', done).on('close', done);
    socket.on('data', (part: Buffer) => {
      // What a list says may be long, and is not looked at.
      if (text.length < 100_000) text += part.toString('latin1');
    });
  });
  const pieces = random.chance(0.3) ? random.whole(2, 4) : 1;
  for (let i = 0; i < pieces; i++) {
    const [from, to] = [i, i + 1].map((n) => Math.floor((bytes.length * n) / pieces));
    if (socket.writable) socket.write(bytes.subarray(from, to));
    if (pieces > 1) await turn();
  }
  // A request that is not whole is waited for; and whoever hangs up too early does not get what is still being written.
  await Promise.race([closed, answered, sleep(patienceMs)]);
  if (socket.writable) socket.end();
  const isComplete = await closed;
  socket.destroy();
  return { text, ms: performance.now() - start, isComplete };
}

/** Asks for something healthy all the time: how long that takes is how slow the machine is. */
class Control {
  readonly findings: string[] = [];
  slowestMs = 0;
  readonly #target: Target;
  readonly #taken: { endedAt: number; ms: number }[] = [];
  #running: Promise<void>;
  #stopped = false;

  constructor(target: Target) {
    this.#target = target;
    this.#running = this.#ask();
  }

  stop(): void {
    this.#stopped = true;
  }

  /** The longest that one took which was under way after `start`. */
  async slowestSince(start: number): Promise<number> {
    await this.#running;
    return Math.max(...this.#taken.filter(({ endedAt }) => endedAt >= start).map(({ ms }) => ms), 0);
  }

  async #ask(): Promise<void> {
    const start = performance.now();
    try {
      const response = await fetch(`${this.#target.url}/healthz`, { signal: AbortSignal.timeout(givenUpMs) });
      await response.text();
      if (response.status !== 200)
        this.findings.push(`a healthy request was answered with ${response.status}`);
    } catch (error) {
      if (!this.#stopped) this.findings.push(`a healthy request failed: ${String(error)}`);
      this.#stopped = true;
    }
    const endedAt = performance.now();
    this.slowestMs = Math.max(this.slowestMs, endedAt - start);
    this.#taken.push({ endedAt, ms: endedAt - start });
    if (this.#taken.length > 2_000) this.#taken.splice(0, 1_000);
    if (!this.#stopped && this.#target.ended() === undefined) {
      this.#running = new Promise((resolve) => setTimeout(() => void this.#ask().then(resolve), 20));
    }
  }
}
