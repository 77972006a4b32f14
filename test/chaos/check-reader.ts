import { parseCursor } from '../../src/domain/cursor.ts';
import type { Counts } from '../../src/domain/notification.ts';
import { sameCounts, show } from './counts.ts';
import type { FindingKind, Report } from './findings.ts';
import type { Entry, InboxEntry, ReaderLog, SyncEntry } from './history.ts';
import type { Ledger } from './ledger.ts';

/** Most events that an opening stream replays (docs/http-api.md, "Limits"). */
const replayLimit = 5_000;

/** Follows one reader through its log, as the one rule of a stream says that it must go. */
export function checkReader(log: ReaderLog, ledger: Ledger, report: Report): void {
  new ReaderCheck(log, ledger, report).run();
}

class ReaderCheck {
  readonly #log: ReaderLog;
  readonly #ledger: Ledger;
  readonly #report: Report;
  /** The number of the last event; undefined before the first stream has said where it begins. */
  #cursor: number | undefined;
  /** Where the present stream must begin. */
  #resumedFrom: number | undefined;
  #counts: Counts | undefined;
  /** When the present stream was asked for. */
  #connectedAt = 0;
  readonly #new = new Set<string>();
  /** What it shows of each notification by now: its text, or undefined when it was told that it is gone. */
  readonly #shown = new Map<string, string | undefined>();

  constructor(log: ReaderLog, ledger: Ledger, report: Report) {
    this.#log = log;
    this.#ledger = ledger;
    this.#report = report;
  }

  run(): void {
    for (const entry of this.#log.entries) this.#follow(entry);
    if (this.#log.isComplete) this.#checkEnd();
  }

  #follow(entry: Entry): void {
    switch (entry.kind) {
      case 'connect':
        this.#resumedFrom = entry.cursor === undefined ? undefined : parseCursor(entry.cursor)?.seq;
        this.#cursor ??= this.#resumedFrom;
        this.#connectedAt = entry.at;
        return;
      case 'event':
        this.#checkId(entry);
        this.#checkOrder(entry.seq);
        this.#checkContent(entry);
        this.#counts = entry.counts;
        return;
      case 'reset':
        this.#checkId(entry);
        this.#checkReset(entry.reason, entry.seq);
        this.#cursor = this.#resumedFrom = entry.seq;
        this.#shown.clear(); // It fetches the list again.
        this.#counts = entry.counts;
        return;
      case 'sync':
        this.#checkId({ id: entry.id, seq: entry.to });
        this.#checkSync(entry);
        this.#counts = entry.counts;
        return;
      case 'ping':
        if (entry.seq !== this.#cursor) this.#found('hole', `was pinged with ${entry.seq}`);
        return;
      case 'goodbye':
        return;
    }
  }

  /** The client resumes by the id, so it must say what the event says. */
  #checkId({ id, seq }: { id: string; seq: number }): void {
    const expected = `${this.#ledger.epoch}.${seq}`;
    if (id !== expected) this.#found('hole', `saw the id ${id} where ${expected} belongs`);
  }

  #checkOrder(seq: number): void {
    const cursor = this.#cursor;
    if (cursor !== undefined && seq <= cursor) {
      this.#found('doubled', `saw ${seq} again`);
      return;
    }
    if (cursor !== undefined && seq > cursor + 1) this.#found('hole', `saw ${seq}`);
    this.#cursor = seq;
  }

  #checkContent({ type, seq, digest, notificationId: id, text }: InboxEntry): void {
    const { user } = this.#log;
    const stored = this.#ledger.digest(user, seq);
    if (seq > this.#ledger.inbox(user).seq) {
      this.#found('phantom', `saw ${seq}, which is beyond the end of the log`);
    } else if (stored !== undefined && stored !== digest) {
      this.#found('phantom', `saw another event ${seq} than the store has`);
    }
    if (id === undefined) return;
    this.#shown.set(id, text);
    if (text !== undefined) this.#checkShown(id, text);
    if (type === 'notification') this.#checkNew(id, seq);
  }

  /** What was taken back is not shown any more on streams that begin afterwards. */
  #checkShown(id: string, text: string): void {
    const { goneAt = Infinity } = this.#ledger.said(id) ?? {};
    if (this.#connectedAt > goneAt) this.#found('undead', `saw “${text}” after it was taken back`);
  }

  #checkNew(id: string, seq: number): void {
    const { user } = this.#log;
    const why = this.#ledger.whyPhantom(id);
    if (why !== undefined) this.#found('phantom', `saw ${id} at ${seq}, ${why}`);
    if (this.#new.has(id)) this.#found('doubled', `saw ${id} again at ${seq}`);
    this.#new.add(id);
    const subject = this.#ledger.subject(id);
    if (subject === undefined) return;
    if (!subject.mayHear(user)) {
      this.#found('leak', `saw ${subject.name}, which is not for them, at ${seq}`);
    } else if (!subject.isRetracted && this.#ledger.subjectAt(user, seq) !== id) {
      this.#found('phantom', `saw ${subject.name} at ${seq}, which the store has elsewhere`);
    }
  }

  /** A reset is an excuse for a gap only where there is a reason for it. */
  #checkReset(reason: string, seq: number): void {
    const from = this.#cursor;
    const { floor } = this.#ledger.inbox(this.#log.user);
    const isJust =
      from !== undefined &&
      ((reason === 'expired' && from < floor) || (reason === 'too_many' && seq - from > replayLimit));
    if (!isJust) this.#found('hole', `was reset to ${seq} as “${reason}” without a cause`);
    if (from !== undefined && seq < from) this.#found('lost', `was reset back to ${seq}`);
  }

  #checkSync({ from, to, missed }: SyncEntry): void {
    // Without a cursor it begins at the present end.
    this.#resumedFrom ??= to;
    this.#cursor ??= to;
    if (to !== this.#cursor) this.#found('hole', `was told by sync that it has everything up to ${to}`);
    if (from !== this.#resumedFrom || missed !== to - from) {
      const told = `${missed} missed, from ${from} to ${to}`;
      this.#found('hole', `resumed from ${this.#resumedFrom} and was told by sync: ${told}`);
    }
  }

  /** At rest a reader has everything, and knows the counts. */
  #checkEnd(): void {
    for (const [id, text] of this.#shown) this.#checkLast(id, text);
    const { seq, counts } = this.#ledger.inbox(this.#log.user);
    if (this.#cursor === undefined || this.#cursor < seq)
      this.#found('lost', `never saw the events up to ${seq}`);
    else if (this.#counts !== undefined && !sameCounts(this.#counts, counts))
      this.#found('drift', `was last told ${show(this.#counts)}, and the store has ${show(counts)}`);
  }

  /** At rest a reader shows what is, and nothing else. */
  #checkLast(id: string, text: string | undefined): void {
    const said = this.#ledger.said(id);
    const subject = this.#ledger.subject(id);
    if (said === undefined || subject === undefined) return;
    const { name, isRetracted } = subject;
    if (isRetracted && text !== undefined) this.#found('undead', `was never told that ${name} is gone`);
    if (isRetracted) return;
    if (text === undefined) this.#found('lost', `was told that ${name} is gone, and it is there`);
    else if (!said.texts.includes(text)) this.#found('stale', `was last shown ${name} as “${text}”`);
  }

  #found(kind: FindingKind, what: string): void {
    this.#report(kind, `${this.#log.name} (at ${this.#cursor ?? 'its beginning'}) ${what}`);
  }
}
