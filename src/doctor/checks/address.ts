import { type Finding, NotExaminable } from '../finding.ts';
import { type Answer, orNotExaminable, type Patient, problemIn } from '../patient.ts';
import { finding } from '../remedies.ts';

/**
 * Whether Carillon is at the address, and knows under which path.
 * @throws NotExaminable when it is not there
 */
export async function checkAddress(patient: Patient): Promise<readonly Finding[]> {
  const { url } = patient;
  const answer = await orNotExaminable(url, patient.ask('/healthz', { token: null }));
  if (answer.status >= 300 && answer.status < 400) {
    throw new NotExaminable(
      `${url.href} leads elsewhere, to ${answer.headers['location'] ?? ''}: give that.`,
    );
  }
  if (answer.json['status'] === 'ok') return checkPrefix(patient);
  if (hasPrefix(url) && problemIn(answer) !== undefined) {
    return [
      finding(
        'path-prefix',
        `The proxy passes ${url.pathname} on, and Carillon knows nothing of it: ${problemIn(answer)}`,
      ),
    ];
  }
  throw new NotExaminable(
    `${url.href} is not Carillon: GET ${url.pathname.replace(/\/$/, '')}/healthz was answered ${shown(answer)}.`,
  );
}

/** A cookie has the path that Carillon knows; links and `Location` begin with it. */
async function checkPrefix({ url, ask }: Patient): Promise<readonly Finding[]> {
  if (!hasPrefix(url)) return [];
  const { headers } = await ask('/session', { method: 'DELETE', token: null });
  const [, path = '/'] = /; ?path=([^;]*)/i.exec(headers['set-cookie'] ?? '') ?? [];
  if (path !== '/') return [];
  return [
    finding(
      'path-prefix',
      `The proxy takes ${url.pathname} away, and Carillon does not know: its Location and Link lead to the wrong place.`,
    ),
  ];
}

function hasPrefix({ pathname }: URL): boolean {
  return pathname.length > 1;
}

function shown({ status, headers }: Answer): string {
  return `with ${status} ${headers['content-type'] ?? ''} by ${headers['server'] ?? 'an unknown server'}`;
}
