import type { Counts } from '../domain/notification.ts';
import type { ConnectionState, Frame } from './client.ts';
import { Watchdog } from './watchdog.ts';

/** What the tabs of a group say to each other. */
type Message =
  /** The leader passes on what it received. */
  | { readonly type: 'frame'; readonly frame: Frame }
  /** The leader says how things are: when that changes, when it is asked, and regularly. */
  | ({ readonly type: 'state' } & Situation)
  /** A follower asks for it. */
  | { readonly type: 'hello' };

export interface Situation {
  readonly state: ConnectionState;
  readonly cursor: string | undefined;
  readonly counts: Counts | undefined;
}

export interface GroupParts {
  /** What followers shall hear. */
  situation(): Situation;
  /** The leader's frame. @returns whether something before it is missing here. */
  take(frame: Frame): boolean;
  /** How things are, says the leader. @returns whether it has something that is missing here. */
  follow(situation: Situation): boolean;
  /** Whether this tab needs a connection of its own is another question now. */
  changed(): void;
  /** Silence after which the leader's own connection is given up, in milliseconds. */
  limitMs(): number;
}

/** How long a leader that lives may need for an answer. */
const answerMs = 5_000;

/**
 * The tabs in which one user is signed in. One of them leads: it holds the connection and passes on what it receives. The
 * others have a cursor of their own and the same rule as ever, so that nothing here may be trusted to arrive: what is
 * missing they fetch by a short connection of their own, as a stream on the server reads its log when an offer does not
 * fit.
 *
 * The leader holds a Web Lock, which passes on when it closes or crashes. A tab that hangs keeps its lock, but falls
 * silent; then the lock is stolen.
 */
export class Group {
  readonly #parts: GroupParts;
  readonly #name: string;
  readonly #channel: BroadcastChannel;
  readonly #silence = new Watchdog(() => this.#suspect());
  /** Ends the wait for the lock; the holding of it, by `#release`. */
  #waiting = new AbortController();
  #release: (() => void) | undefined;
  #pulse: ReturnType<typeof setTimeout> | undefined;
  #isLagging = false;
  /** Whether a silence was noticed, and the leader asked once more. */
  #isSuspicious = false;
  #isLeft = false;

  constructor(name: string, parts: GroupParts) {
    this.#name = name;
    this.#parts = parts;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.#hear(data);
    void this.#request(false);
    this.hello();
  }

  get isLeading(): boolean {
    return this.#release !== undefined;
  }

  /** Whether this tab needs a connection of its own: it leads, or something that the leader had is missing here. */
  get needsConnection(): boolean {
    return this.isLeading || this.#isLagging;
  }

  /** Asks the leader whether it lives. */
  hello(): void {
    if (this.isLeading) return;
    this.#silence.expect(answerMs);
    this.#post({ type: 'hello' });
  }

  /** Passes on a frame, as the leader. */
  pass(frame: Frame): void {
    if (this.isLeading) this.#post({ type: 'frame', frame });
  }

  /** Says how things are, as the leader, and will say so again. */
  tell(): void {
    clearTimeout(this.#pulse);
    if (!this.isLeading) return;
    this.#post({ type: 'state', ...this.#parts.situation() });
    this.#pulse = setTimeout(() => this.tell(), this.#parts.limitMs() / 3);
  }

  /** Leaves; another tab leads from now on. */
  leave(): void {
    this.#isLeft = true;
    this.#waiting.abort();
    this.#silence.stop();
    clearTimeout(this.#pulse);
    this.#release?.();
    this.#release = undefined;
    this.#channel.close();
  }

  #hear(message: Message): void {
    if (this.#isLeft) return;
    if (message.type === 'hello') {
      this.tell();
      return;
    }
    // Whoever leads now has stolen the lock, which this tab will hear in a moment.
    if (this.isLeading) return;
    this.#isSuspicious = false;
    this.#silence.heard(message.type === 'frame' ? message.frame.event : undefined);
    const { type } = message;
    const isLagging = type === 'frame' ? this.#parts.take(message.frame) : this.#parts.follow(message);
    // From a frame that fits on, all that follow it will.
    if (isLagging === this.#isLagging) return;
    this.#isLagging = isLagging;
    this.#parts.changed();
  }

  async #request(steal: boolean): Promise<void> {
    const waiting = (this.#waiting = new AbortController());
    const options = steal ? { steal } : { signal: waiting.signal };
    try {
      await navigator.locks.request(this.#name, options, () => this.#lead());
    } catch {
      // Given up, or stolen.
    }
    if (this.#isLeft || waiting.signal.aborted) return;
    this.#release = undefined;
    clearTimeout(this.#pulse);
    this.#silence.start();
    void this.#request(false);
    this.#parts.changed();
  }

  /** @returns what resolves when this tab gives the lead away. */
  #lead(): Promise<void> | undefined {
    if (this.#isLeft) return undefined;
    this.#silence.stop();
    const held = new Promise<void>((resolve) => (this.#release = resolve));
    this.#isLagging = false;
    this.tell();
    this.#parts.changed();
    return held;
  }

  /** All followers notice the same silence, and one of them has to act: the first one, whom the others will hear. */
  #suspect(): void {
    if (!this.#isSuspicious) {
      this.hello();
      this.#isSuspicious = true;
      this.#silence.expect(answerMs * (0.2 + 0.4 * Math.random()));
      return;
    }
    this.#isSuspicious = false;
    this.#waiting.abort();
    void this.#request(true);
  }

  #post(message: Message): void {
    this.#channel.postMessage(message);
  }
}
