import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

/** What the bytes on their way to the client suffer; nothing, when it says nothing. */
export interface Weather {
  /** Each piece comes so much later. */
  readonly delayMs?: number;
  readonly bytesPerSecond?: number;
  /** They arrive in pieces of at most this many. */
  readonly chunkBytes?: number;
  /** Nothing arrives any more, in either direction, and nobody hears why; a connection that met this is lost. */
  readonly isBlackhole?: boolean;
  /** Each connection breaks after so many more. */
  readonly cutAfterBytes?: number;
}

/** Pieces a second where the bandwidth is limited. */
const piecesPerSecond = 20;

/** A way to a server on this machine on which everything may happen that happens on networks. */
export class FaultyProxy {
  readonly #links = new Set<Link>();
  readonly #server: Server;
  readonly #target: { hostname: string; port: number };
  #weather: Weather = {};

  private constructor(target: string) {
    const { hostname, port } = new URL(target);
    this.#target = { hostname, port: Number(port) };
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#open(client));
  }

  /** @param target where the server is, such as `http://127.0.0.1:3000`; it need not be there yet, or always. */
  static async start(target: string): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    // A TCP server's address is never a string.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many connections go through it. */
  get size(): number {
    return this.#links.size;
  }

  /** How many of them can never work again. */
  get lost(): number {
    return [...this.#links].filter(({ isLost }) => isLost).length;
  }

  /** From now on, for open connections as well. */
  change(weather: Weather): void {
    this.#weather = weather;
    for (const link of this.#links) link.recount();
  }

  /** Ends one direction of every connection; the other stays open. */
  halfClose(towards: 'client' | 'server'): void {
    for (const link of this.#links) link.halfClose(towards);
  }

  /** Breaks every connection with a RST. */
  reset(): void {
    for (const link of this.#links) link.reset();
  }

  /** Fair weather again; connections that can never work again break. */
  heal(): void {
    this.#weather = {};
    for (const link of this.#links) if (link.isLost) link.reset();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.reset();
    await once(this.#server, 'close');
  }

  #open(client: Socket): void {
    const server = connect({ host: this.#target.hostname, port: this.#target.port, allowHalfOpen: true });
    const link = new Link(client, server, () => this.#weather);
    this.#links.add(link);
    link.ended.addEventListener('abort', () => this.#links.delete(link));
  }
}

/** One connection, from a client to the server. */
class Link {
  /** Whether it has lost bytes, or one of its directions. */
  isLost = false;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #weather: () => Weather;
  readonly #ended = new AbortController();
  #passedBytes = 0;

  constructor(client: Socket, server: Socket, weather: () => Weather) {
    this.#client = client;
    this.#server = server;
    this.#weather = weather;
    for (const socket of [client, server]) {
      socket.setNoDelay();
      socket.on('error', () => this.#end());
      socket.on('close', () => this.#end());
    }
    void this.#carry(client, server, (bytes) => this.#toServer(bytes));
    void this.#carry(server, client, (bytes) => this.#toClient(bytes));
  }

  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  recount(): void {
    this.#passedBytes = 0;
  }

  halfClose(towards: 'client' | 'server'): void {
    this.isLost = true;
    if (towards === 'client') this.#client.end();
    else this.#server.end();
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  async #carry(from: Socket, to: Socket, pass: (bytes: Buffer) => Promise<void>): Promise<void> {
    try {
      // The iterator would close both directions at the end of one.
      for await (const bytes of from.iterator({ destroyOnReturn: false })) await pass(bytes as Buffer);
      if (to.writable) to.end();
    } catch {
      // One side has broken, or the link has ended: then both have.
      this.#end();
    }
  }

  async #toServer(bytes: Buffer): Promise<void> {
    if (this.#swallows()) return;
    await this.#write(this.#server, bytes);
  }

  async #toClient(bytes: Buffer): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      const { delayMs, bytesPerSecond, chunkBytes = Infinity, cutAfterBytes = Infinity } = this.#weather();
      const share = bytesPerSecond === undefined ? Infinity : Math.ceil(bytesPerSecond / piecesPerSecond);
      const left = Math.max(0, cutAfterBytes - this.#passedBytes);
      const piece = rest.subarray(0, Math.min(chunkBytes, share, left));
      rest = rest.subarray(piece.length);
      if (delayMs !== undefined) await sleep(delayMs, undefined, { signal: this.ended });
      if (bytesPerSecond !== undefined)
        await sleep(1000 / piecesPerSecond, undefined, { signal: this.ended });
      if (chunkBytes !== Infinity) await turn();
      if (this.#swallows()) return;
      await this.#write(this.#client, piece);
      this.#passedBytes += piece.length;
      if (this.#passedBytes >= cutAfterBytes) {
        this.isLost = true;
        this.#client.end(); // What was passed shall arrive.
        this.#server.destroy();
        return;
      }
    }
  }

  #swallows(): boolean {
    if (this.#weather().isBlackhole === true) this.isLost = true;
    return this.isLost;
  }

  async #write(to: Socket, bytes: Buffer): Promise<void> {
    if (!to.write(bytes)) await once(to, 'drain', { signal: this.ended });
  }

  #end(): void {
    this.#ended.abort();
    this.#client.destroy();
    this.#server.destroy();
  }
}
