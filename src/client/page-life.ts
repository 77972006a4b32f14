export interface PageListener {
  /** The page is looked at, or the network is back. */
  wake(): void;
  /** The network has gone. */
  distrust(): void;
  /** The page is put aside, perhaps for good: it must hold nothing that others wait for. */
  suspend(): void;
  /** It is back. */
  resume(): void;
  hidden(): void;
}

/**
 * Follows the life of the page
 * ({@link https://developer.chrome.com/docs/web-platform/page-lifecycle-api | Page Lifecycle}); nothing outside of one.
 * @returns what ends it.
 */
export function followPage(listener: PageListener): () => void {
  if (typeof document === 'undefined') return () => undefined;
  const ended = new AbortController();
  const on = (target: EventTarget, type: string, react: () => void) => {
    target.addEventListener(type, react, { signal: ended.signal });
  };
  on(document, 'visibilitychange', () => (isHidden() ? listener.hidden() : listener.wake()));
  on(document, 'freeze', () => listener.suspend());
  on(document, 'resume', () => listener.resume());
  on(globalThis, 'pagehide', () => listener.suspend());
  on(globalThis, 'pageshow', () => listener.resume());
  on(globalThis, 'online', () => listener.wake());
  on(globalThis, 'offline', () => listener.distrust());
  return () => ended.abort();
}

export function isHidden(): boolean {
  return document.visibilityState === 'hidden';
}
