import { type Finding, NotExaminable } from '../finding.ts';
import { problemIn } from '../answer.ts';
import { protocolAt } from '../protocol.ts';
import type { Target } from '../target.ts';
import { finding } from '../remedies.ts';

const path = '/notifications/counts';

/**
 * Whether the header Authorization arrives.
 * @throws NotExaminable when it does, but Carillon refuses the token
 */
export async function checkAuthorization({ ask }: Target): Promise<readonly Finding[]> {
  const answer = await ask(path);
  if (answer.status === 200) return [];
  const problem = problemIn(answer);
  if (problem === undefined) {
    const by = answer.headers['server'] ?? 'the proxy';
    return [
      finding(
        'authorization',
        `A request with a bearer token is answered ${answer.status} by ${by}, not by Carillon.`,
      ),
    ];
  }
  if (answer.status === 401 && problem === problemIn(await ask(path, { token: null }))) {
    return [
      finding(
        'authorization',
        'The header Authorization is lost: Carillon answers the same with a token and without one.',
      ),
    ];
  }
  throw new NotExaminable(`Carillon refuses the token (${answer.status}): ${problem}`);
}

/** Whether answers of one user stay theirs: no cache keeps them. */
export async function checkCaching({ ask }: Target): Promise<readonly Finding[]> {
  const { headers } = await ask(path);
  const [control, age] = [headers['cache-control'], headers['age']];
  if (age !== undefined)
    return [
      finding('caching', `A cache answers in Carillon's place: GET ${path} has the header Age: ${age}.`),
    ];
  if (control === 'no-store') return [];
  return [
    finding(
      'caching',
      `Something changes Cache-Control: GET ${path} has ${control ?? 'none'} instead of no-store.`,
    ),
  ];
}

/** Whether pages of an origin may talk to Carillon with cookies. */
export async function checkOrigin({ ask }: Target, origin: string): Promise<readonly Finding[]> {
  const asked = { origin, 'access-control-request-method': 'POST' };
  const preflight = await ask('/notifications/read', { method: 'OPTIONS', token: null, headers: asked });
  const answer = await ask(path, { headers: { origin } });
  const wrong = [preflight, answer]
    .map(({ headers }) => [
      headers['access-control-allow-origin'],
      headers['access-control-allow-credentials'],
    ])
    .filter(([allowed, credentials]) => allowed !== origin || credentials !== 'true');
  const [first] = wrong;
  if (first === undefined) return [];
  const [allowed = 'none', credentials = 'none'] = first;
  const seen = `Access-Control-Allow-Origin: ${allowed}, Access-Control-Allow-Credentials: ${credentials}`;
  return [finding('cors', `Pages of ${origin} may not talk to Carillon with cookies (${seen}).`)];
}

/** Whether Carillon knows by which scheme clients come, and believes nobody but its proxy. */
export async function checkTrust({ url, ask }: Target): Promise<readonly Finding[]> {
  const isEncrypted = url.protocol === 'https:';
  const isSecure = async (claim: string) => {
    const headers = { 'x-forwarded-proto': claim, 'x-forwarded-for': '203.0.113.7' };
    const answer = await ask('/session', { method: 'DELETE', token: null, headers });
    return /; ?secure/i.test(answer.headers['set-cookie'] ?? '');
  };
  const [asEncrypted, asPlain] = [await isSecure('https'), await isSecure('http')];
  if (asEncrypted !== asPlain) {
    const what = 'A client can choose its own X-Forwarded-Proto, and Carillon believes it.';
    return [
      finding('trust-proxy', `${what} TRUST_PROXY is too high, or the proxy does not overwrite the header.`),
    ];
  }
  if (asEncrypted === isEncrypted) return [];
  const what = 'Carillon does not know that clients use https: its session cookie is not Secure.';
  return [
    finding('trust-proxy', `${what} TRUST_PROXY is too low, or the proxy does not set X-Forwarded-Proto.`),
  ];
}

/** Whether a browser can have more than six tabs. */
export async function checkProtocol({ url }: Target): Promise<readonly Finding[]> {
  if (url.protocol === 'http:') {
    return [
      finding('http1', 'This address is plain HTTP/1.1, where a browser opens six connections for all tabs.'),
    ];
  }
  const spoken = await protocolAt(url);
  return spoken === 'h2' ? [] : [finding('http1', 'The server does not offer HTTP/2 (ALPN h2).')];
}
