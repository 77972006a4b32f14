/** What the library needs of an EventSource: the browser's and that of the package `eventsource` both have it. */
export interface EventSourceLike {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: EventSourceMessage) => void): void;
  close(): void;
}

export interface EventSourceMessage {
  readonly data?: unknown;
  readonly lastEventId?: string;
}

export interface EventSourceOptions {
  readonly withCredentials?: boolean;
  /** Understood by the package `eventsource` alone. */
  readonly fetch?: (url: string | URL, init: RequestInit) => Promise<Response>;
}

export type EventSourceClass = new (url: string, options?: EventSourceOptions) => EventSourceLike;
