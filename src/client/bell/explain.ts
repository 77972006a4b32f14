import type { Client } from '../client.ts';

/**
 * Says in the console, once, what a page lacks when its bell cannot connect: the browser tells a page only that a
 * request failed, and its readers should not be told how it is configured.
 *
 * @param src Carillon's address.
 * @param isByCookie whether the cookie is all that says who is signed in.
 * @returns what ends it.
 */
export function explainFailures(client: Client, src: string, isByCookie: boolean): () => void {
  let isExplained = false;
  const say = (missing: string) => {
    if (!isExplained) console.warn(`carillon-bell: ${missing}`);
    isExplained = true;
  };

  return client.on('state', (state) => {
    if (state.status === 'signedOut') say(signedOutText(src, state.code, state.detail, isByCookie));
    // A connection that has worked is lost for other reasons.
    if (state.status === 'live') isExplained = true;
    if (state.status !== 'reconnecting' || isExplained) return;
    void isOriginRefused(src).then((isRefused) => {
      if (isRefused) say(refusedText(src));
    });
  });
}

function signedOutText(src: string, code: number, detail: string, isByCookie: boolean): string {
  const said = `${src} answered ${code}: ${detail}`;
  if (code !== 401 || !isByCookie) return said;
  return (
    `${said} When somebody has signed in, exchange their token for the cookie: POST ${base(src)}/session with the ` +
    'header "Authorization: Bearer <token>" and credentials, then reconnect(). No cookie goes to another site ' +
    '(localhost and 127.0.0.1 are two): there, set the property token.'
  );
}

function refusedText(src: string): string {
  if (location.origin === 'null') {
    return `${src} refuses this page, because a file has no origin. Open it from a web server, such as one on localhost.`;
  }
  return `${src} refuses pages of ${location.origin}. Start Carillon with ALLOWED_ORIGINS=${location.origin}.`;
}

/** Whether Carillon answers, but not this page: what is everybody's can be had, and what is a user's cannot. */
async function isOriginRefused(src: string): Promise<boolean> {
  const canReach = (path: string) =>
    fetch(`${base(src)}/${path}`, { credentials: 'omit' }).then(
      () => true,
      () => false,
    );
  return (await canReach('carillon-bell/de.json')) && !(await canReach('notifications/counts'));
}

function base(src: string): string {
  return src.replace(/\/+$/, '');
}
