import type { Line } from './line.ts';

/** Most channels that one command names. */
const channelsAtOnce = 1_000;

/** The channels that are to be heard, on one line after the other. */
export class Subscriptions {
  readonly #onSubscribed: (channels: readonly string[]) => void;
  readonly #wanted = new Set<string>();
  #added = new Set<string>();
  #removed = new Set<string>();
  #isChanging = false;
  #line: Line | undefined;
  #broke: (error: Error) => void = () => undefined;

  /** @param onSubscribed hears of channels that were added, and are heard from now on. */
  constructor(onSubscribed: (channels: readonly string[]) => void) {
    this.#onSubscribed = onSubscribed;
  }

  add(channel: string): void {
    this.#wanted.add(channel);
    if (!this.#removed.delete(channel)) this.#added.add(channel);
    this.#changeSoon();
  }

  remove(channel: string): void {
    this.#wanted.delete(channel);
    if (!this.#added.delete(channel)) this.#removed.add(channel);
    this.#changeSoon();
  }

  /**
   * Subscribes to everything on `line`, and from now on to what is added.
   * @param broke hears of what `line` refuses later.
   */
  async attach(line: Line, broke: (error: Error) => void): Promise<void> {
    this.#line = line;
    this.#broke = broke;
    this.#added.clear();
    this.#removed.clear();
    await Promise.all(inParts(this.#wanted).map((channels) => line.subscribe(channels)));
  }

  /** The line has broken. */
  detach(): void {
    this.#line = undefined;
  }

  /** What changes within one turn of the event loop goes out together. */
  #changeSoon(): void {
    if (this.#isChanging || this.#line === undefined) return;
    this.#isChanging = true;
    setImmediate(() => {
      this.#isChanging = false;
      this.#change();
    });
  }

  #change(): void {
    const [added, removed, line] = [this.#added, this.#removed, this.#line];
    this.#added = new Set();
    this.#removed = new Set();
    if (line === undefined) return; // The next one begins with everything.
    const broke = this.#broke;
    for (const channels of inParts(added)) {
      line.subscribe(channels).then(() => this.#onSubscribed(channels), broke);
    }
    for (const channels of inParts(removed)) line.unsubscribe(channels).catch(broke);
  }
}

function inParts(channels: ReadonlySet<string>): readonly string[][] {
  const all = [...channels];
  const parts: string[][] = [];
  while (all.length > 0) parts.push(all.splice(0, channelsAtOnce));
  return parts;
}
