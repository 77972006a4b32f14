import type { Counts } from '../domain/notification.ts';
import type { ConnectionState, Frame } from './client.ts';
import { createWatchdog } from './watchdog.ts';

/** What the leader says to the others: a frame that it received, or how things are. */
interface Word {
  readonly frame?: Frame;
  readonly situation?: Situation;
  /** Silence after which it is to be given up, in milliseconds. */
  readonly limitMs: number;
}

/** How a follower asks whether the leader lives; it answers with the situation. */
const hello = 'hello';

export interface Situation {
  readonly state: ConnectionState;
  readonly cursor: string | undefined;
  readonly counts: Counts | undefined;
}

export interface GroupParts {
  /** What followers shall hear. */
  situation(): Situation;
  /** Silence after which the leader's own connection is given up, in milliseconds. */
  limitMs(): number;
  /** The leader's frame. @returns whether something before it is missing here. */
  take(frame: Frame): boolean;
  /** How things are, says the leader. @returns whether it has something that is missing here. */
  follow(situation: Situation): boolean;
  /** Whether this tab needs a connection of its own is another question now. */
  changed(): void;
}

/**
 * The tabs in which one user is signed in. One of them leads: it holds the connection and passes on what it receives. The
 * others have a cursor of their own and the same rule as ever, so that nothing here has to arrive: what is missing they
 * fetch by a short connection of their own, as a stream on the server reads its log when an offer does not fit.
 *
 * The leader holds a Web Lock, which passes on when it closes or crashes. A tab that hangs keeps its lock but falls
 * silent; then the lock is stolen.
 */
export interface Group {
  readonly isLeading: boolean;
  /** Whether this tab needs a connection of its own: it leads, or something that the leader had is missing here. */
  readonly needsConnection: boolean;
  /** Asks the leader whether it lives. */
  hello(): void;
  /** Passes on a frame, as the leader. */
  pass(frame: Frame): void;
  /** Says how things are, as the leader, and will say so again. */
  tell(): void;
  /** Leaves; another tab leads from now on. */
  leave(): void;
}

/** How long a leader that lives may need for an answer. */
const answerMs = 5_000;

/** Joins the tabs of that name. */
export function joinGroup(name: string, parts: GroupParts): Group {
  const channel = new BroadcastChannel(name);
  const silence = createWatchdog(() => suspect());
  let isLagging = false;
  let isLeft = false;
  /** Whether a silence was noticed, and the leader asked once more. */
  let isSuspicious = false;
  /** Gives the lead away; undefined while another tab has it. */
  let release: (() => void) | undefined;
  /** Ends the wait for the lead. */
  let waiting: AbortController;
  let pulse: ReturnType<typeof setTimeout> | undefined;

  const say = (word: Omit<Word, 'limitMs'>) => {
    if (release !== undefined) channel.postMessage({ ...word, limitMs: parts.limitMs() } satisfies Word);
  };
  const tell = () => {
    say({ situation: parts.situation() });
    clearTimeout(pulse);
    if (release !== undefined) pulse = setTimeout(tell, parts.limitMs() / 3);
  };
  const ask = () => {
    if (release !== undefined) return;
    silence.expect(answerMs);
    channel.postMessage(hello);
  };

  channel.onmessage = ({ data }: MessageEvent<Word | typeof hello>) => {
    if (isLeft) return;
    if (data === hello) {
      tell();
      return;
    }
    // Whoever leads now has stolen the lock, which this tab will hear in a moment.
    if (release !== undefined) return;
    isSuspicious = false;
    silence.limitMs = data.limitMs;
    silence.heard();
    const { frame, situation } = data;
    const lags = frame ? parts.take(frame) : situation !== undefined && parts.follow(situation);
    // From a frame that fits on, all that follow it will.
    if (lags === isLagging) return;
    isLagging = lags;
    parts.changed();
  };

  const lead = () => {
    if (isLeft) return undefined;
    silence.stop();
    isLagging = false;
    const held = new Promise<void>((resolve) => (release = resolve));
    tell();
    parts.changed();
    return held;
  };

  const request = async (steal: boolean) => {
    const { signal } = (waiting = new AbortController());
    try {
      await navigator.locks.request(name, steal ? { steal } : { signal }, lead);
    } catch {
      // Given up, or stolen.
    }
    if (isLeft || signal.aborted) return;
    release = undefined;
    silence.heard();
    void request(false);
    parts.changed();
  };

  /** All followers notice the same silence, and one of them has to act: the first one, whom the others will hear. */
  const suspect = () => {
    if (isSuspicious) {
      waiting.abort();
      void request(true);
    } else {
      ask();
      silence.expect(answerMs * (0.2 + 0.4 * Math.random()));
    }
    isSuspicious = !isSuspicious;
  };

  void request(false);
  ask();
  return {
    get isLeading() {
      return release !== undefined;
    },
    get needsConnection() {
      return isLagging || release !== undefined;
    },
    hello: ask,
    pass: (frame) => say({ frame }),
    tell,
    leave: () => {
      isLeft = true;
      waiting.abort();
      silence.stop();
      clearTimeout(pulse);
      release?.();
      channel.close();
    },
  };
}
