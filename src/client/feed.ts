import type { ConnectionState, Frame, Verified } from './client.ts';
import type { Connection } from './connection.ts';
import { isLogged } from './frame.ts';
import { type Group, joinGroup } from './group.ts';
import { createLink } from './link.ts';
import { distance } from './numbers.ts';
import type { Outbox } from './outbox.ts';
import { followPage, visible } from './page-life.ts';
import type { Receiver } from './receiver.ts';
import type { Requests } from './requests.ts';
import type { Met, Session } from './session.ts';
import type { Sharing } from './sharing.ts';

export interface FeedParts {
  readonly url: string;
  readonly connection: Connection;
  readonly sharing: Sharing;
  readonly requests: Requests;
  readonly session: Session;
  readonly receiver: Receiver;
  readonly outbox: Outbox;
  /** `Feed.state` is another one now. */
  readonly changed: (state: ConnectionState) => void;
}

/** How this tab comes by its frames: by a connection of its own, or from the tab that leads its group. */
export interface Feed {
  readonly state: ConnectionState;
  readonly verified: Verified;
  /** Connects at once, also when somebody was signed out; nothing once it is closed. */
  reconnect(): void;
  close(): void;
}

export function createFeed(parts: FeedParts): Feed {
  const { connection, sharing, requests, session, receiver, outbox } = parts;
  const verified = { events: 0, holes: 0, repeats: 0 };
  let state: ConnectionState = { status: 'connecting' };
  let group: Group | undefined;

  const change = (next: ConnectionState) => {
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    parts.changed(next);
    if (next.status === 'live') outbox.flush();
    group?.tell();
  };
  const leave = () => {
    group?.leave();
    group = undefined;
    session.forget(); // The next group is joined by asking.
  };

  /** Takes a frame of this tab's own connection. @returns whether something before it is missing. */
  const take = (frame: Frame) => {
    const verdict = receiver.take(frame);
    if (verdict === 'hole') verified.holes++;
    else if (verdict !== 'repeat') verified.events += Number(isLogged(frame.event));
    // What this tab had missed it may hear from the leader as well.
    else if (group?.isLeading !== false) verified.repeats++;
    if (verdict !== 'hole') group?.pass(frame);
    return verdict === 'hole';
  };
  const link = createLink({
    connection,
    request: () => requests.stream(receiver.cursor),
    take,
    changed: (next) => {
      if (next.status === 'signedOut') leave();
      if (group?.isLeading !== false) change(next);
    },
  });

  const join = (user: string) =>
    joinGroup(`carillon ${parts.url} ${user}`, {
      situation: () => ({ state, cursor: receiver.cursor, counts: receiver.counts }),
      limitMs: () => link.limitMs(),
      take: (frame) => receiver.take(frame) === 'hole',
      follow: (situation) => {
        change(situation.state);
        const { cursor } = receiver;
        if (situation.cursor === undefined || situation.counts === undefined) return false;
        if (cursor === undefined) receiver.begin(situation.cursor, situation.counts);
        // In another epoch there is something to hear in any case.
        return cursor !== undefined && !(distance(cursor, situation.cursor) <= 0);
      },
      changed: () => link.restart(),
    });
  const meet = ({ user, counts, isOther }: Met) => {
    if (isOther) {
      leave();
      receiver.forget();
      outbox.clear();
    }
    if (sharing === 'group' && user !== undefined) group ??= join(user);
    if (counts !== undefined && receiver.counts === undefined) receiver.count(counts);
  };
  /** Waits until this tab has to hold a connection; for ever, where the next round is the one that has to. */
  const ready = async (signal: AbortSignal) => {
    if (sharing === 'visible') await visible();
    const met = await session.check();
    if (signal.aborted) return;
    if (met !== undefined) meet(met);
    if (group?.needsConnection === false) await new Promise(() => undefined);
  };

  const start = () => link.start(ready);
  const suspend = () => {
    link.stop();
    leave();
  };
  session.whenDoubted(() => link.restart());
  /** While this page was not looked at, somebody may have signed out, or in. */
  const checkUser = async () => {
    if (await session.hasChanged()) session.doubt();
  };
  const unfollow = followPage({
    wake: () => {
      link.wake();
      group?.hello();
      if (state.status === 'live') void checkUser();
    },
    hide: () => {
      if (sharing !== 'visible') return;
      link.restart();
      change({ status: 'connecting' });
    },
    distrust: () => {
      if (group?.isLeading !== false) link.distrust();
    },
    suspend: () => {
      outbox.hurry();
      suspend();
    },
    resume: () => {
      if (state.status !== 'signedOut') start();
    },
  });

  return {
    get state() {
      return state;
    },
    verified,
    reconnect: () => {
      if (state.status === 'closed') return;
      if (state.status === 'signedOut') change({ status: 'connecting' });
      session.doubt();
      start();
    },
    close: () => {
      if (state.status === 'closed') return;
      unfollow();
      suspend();
      outbox.close();
      change({ status: 'closed' });
    },
  };
}
