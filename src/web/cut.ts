type Listener = (isCut: boolean) => void;

/**
 * The switch that cuts the hearer's connection, for all tabs of this browser at once: they share one connection, and
 * any of them may hold it.
 *
 * Cutting really ends the stream, and every attempt to open it again fails, as if the network were gone.
 */
export class Cut {
  readonly #channel = new BroadcastChannel('carillon-live-page-cut');
  readonly #listeners = new Set<Listener>();
  readonly #sources = new Set<EventSource>();
  #isCut = false;

  constructor() {
    this.#channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      // A new tab asks how things are; who knows of a cut answers.
      if (data === 'how?') {
        if (this.#isCut) this.#channel.postMessage(true);
      } else if (typeof data === 'boolean') this.#become(data);
    });
    this.#channel.postMessage('how?');
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  set(isCut: boolean): void {
    this.#channel.postMessage(isCut);
    this.#become(isCut);
  }

  onChange(listener: Listener): void {
    this.#listeners.add(listener);
  }

  /** An EventSource that this switch cuts. */
  eventSource(): typeof EventSource {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- The class below has a `this` of its own.
    const cut = this;
    return class CuttableEventSource extends EventSource {
      constructor(url: string | URL, options?: EventSourceInit) {
        super(url, options);
        cut.#sources.add(this);
        if (cut.#isCut) cut.#end();
      }

      override close(): void {
        super.close();
        cut.#sources.delete(this);
      }
    };
  }

  #end(): void {
    for (const source of this.#sources) {
      source.close();
      // What a browser does when it has lost a connection for good; whoever has just made this one listens by then.
      queueMicrotask(() => source.dispatchEvent(new Event('error')));
    }
  }

  #become(isCut: boolean): void {
    if (isCut === this.#isCut) return;
    this.#isCut = isCut;
    if (isCut) this.#end();
    for (const listener of this.#listeners) listener(isCut);
  }
}
