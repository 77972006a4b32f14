export interface PageListener {
  /** The page is looked at, or the network is back. */
  readonly wake: () => void;
  /** The page is not looked at any more. */
  readonly hide: () => void;
  /** The network has gone. */
  readonly distrust: () => void;
  /** The page is put aside, perhaps for good: it must hold nothing that others wait for. */
  readonly suspend: () => void;
  /** It is back, or has just been loaded. */
  readonly resume: () => void;
}

/**
 * Follows the life of the page
 * ({@link https://developer.chrome.com/docs/web-platform/page-lifecycle-api | Page Lifecycle}); nothing outside of one.
 * @returns what ends it.
 */
export function followPage({ wake, hide, distrust, suspend, resume }: PageListener): () => void {
  if (typeof document === 'undefined') return () => undefined;
  const ended = new AbortController();
  const reactions = {
    visibilitychange: () => (isHidden() ? hide() : wake()),
    freeze: suspend,
    resume,
    pagehide: suspend,
    pageshow: resume,
    online: wake,
    offline: distrust,
  };
  // Capturing, because what happens to the document does not always bubble up to the window.
  for (const [type, react] of Object.entries(reactions))
    addEventListener(type, react, { signal: ended.signal, capture: true });
  return () => ended.abort();
}

/** Resolves when the page is looked at. */
export async function visible(): Promise<void> {
  while (isHidden())
    await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
}

function isHidden(): boolean {
  return document.visibilityState === 'hidden';
}
