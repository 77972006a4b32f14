import { type Finding, NotExaminable } from '../finding.ts';
import { type Patient, problemIn } from '../patient.ts';
import { finding } from '../remedies.ts';

const path = '/notifications/counts';

/**
 * Whether the header Authorization arrives.
 * @throws NotExaminable when it does, but Carillon refuses the token
 */
export async function checkAuthorization({ ask }: Patient): Promise<readonly Finding[]> {
  const answer = await ask(path);
  if (answer.status === 200) return [];
  const problem = problemIn(answer);
  if (problem === undefined) {
    const by = answer.headers['server'] ?? 'the proxy';
    return [finding('authorization', `Not Carillon but ${by} answers ${answer.status} to a bearer token.`)];
  }
  if (answer.status === 401 && problem === problemIn(await ask(path, { token: null }))) {
    return [
      finding(
        'authorization',
        'The header Authorization is lost: with a token and without Carillon says the same.',
      ),
    ];
  }
  throw new NotExaminable(`Carillon refuses the token (${answer.status}): ${problem}`);
}

/** Whether answers of one user stay theirs: no cache keeps them. */
export async function checkCaching({ ask }: Patient): Promise<readonly Finding[]> {
  const { headers } = await ask(path);
  const [control, age] = [headers['cache-control'], headers['age']];
  if (age !== undefined) return [finding('caching', `A cache answers: GET ${path} came with Age: ${age}.`)];
  if (control === 'no-store') return [];
  return [
    finding(
      'caching',
      `Carillon's Cache-Control was rewritten: GET ${path} came with ${control ?? 'none'} in place of no-store.`,
    ),
  ];
}

/** Whether pages of an origin may talk to Carillon with cookies. */
export async function checkOrigin({ ask }: Patient, origin: string): Promise<readonly Finding[]> {
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
export async function checkTrust({ url, ask }: Patient): Promise<readonly Finding[]> {
  const isEncrypted = url.protocol === 'https:';
  const isSecure = async (claim: string) => {
    const headers = { 'x-forwarded-proto': claim, 'x-forwarded-for': '203.0.113.7' };
    const answer = await ask('/session', { method: 'DELETE', token: null, headers });
    return /; ?secure/i.test(answer.headers['set-cookie'] ?? '');
  };
  const [asEncrypted, asPlain] = [await isSecure('https'), await isSecure('http')];
  if (asEncrypted !== asPlain) {
    const what =
      'Carillon believes what a client says of itself: a false X-Forwarded-Proto came through, and counted.';
    return [
      finding('trust-proxy', `${what} TRUST_PROXY is too high, or the proxy does not overwrite the header.`),
    ];
  }
  if (asEncrypted === isEncrypted) return [];
  const what = 'Carillon does not know that clients come by https: the session cookie is not Secure.';
  return [
    finding('trust-proxy', `${what} TRUST_PROXY is too low, or the proxy does not set X-Forwarded-Proto.`),
  ];
}

/** Whether a browser can have more than six tabs. */
export async function checkProtocol({ url, protocol }: Patient): Promise<readonly Finding[]> {
  if (url.protocol === 'http:') {
    return [
      finding('http1', 'This address is plain HTTP/1.1, where a browser opens six connections for all tabs.'),
    ];
  }
  const spoken = await protocol();
  return spoken === 'h2' ? [] : [finding('http1', 'The server does not offer HTTP/2 (ALPN h2).')];
}
