import { type Finding, NotExaminable } from '../finding.ts';
import { type Answer, problemIn } from '../answer.ts';
import { orNotExaminable, type Target } from '../target.ts';
import { finding } from '../remedies.ts';

/** Where Carillon is, and whether it knows under which path. */
export interface Address {
  readonly findings: readonly Finding[];
  /** Whether it can be asked anything else there. */
  readonly isUsable: boolean;
}

/** @throws NotExaminable when Carillon is not at the address */
export async function checkAddress(target: Target): Promise<Address> {
  const { url } = target;
  const answer = await orNotExaminable(url, target.ask('/healthz', { token: null }));
  if (answer.status >= 300 && answer.status < 400) {
    throw new NotExaminable(
      `${url.href} redirects to ${answer.headers['location'] ?? 'nowhere'}: give that address.`,
    );
  }
  if (answer.json['status'] === 'ok') return { findings: await checkPrefix(target), isUsable: true };
  const problem = problemIn(answer);
  if (hasPrefix(url) && problem !== undefined) {
    const what = `The proxy passes the path ${url.pathname} on to Carillon, which does not know it: ${problem}`;
    return { findings: [finding('path-prefix', what)], isUsable: false };
  }
  throw new NotExaminable(
    `${url.href} is not Carillon: GET ${url.pathname.replace(/\/$/, '')}/healthz was answered ${shown(answer)}.`,
  );
}

/** A cookie has the path that Carillon knows; links and `Location` begin with it. */
async function checkPrefix({ url, ask }: Target): Promise<readonly Finding[]> {
  if (!hasPrefix(url)) return [];
  const { headers } = await ask('/session', { method: 'DELETE', token: null });
  const [, path = '/'] = /; ?path=([^;]*)/i.exec(headers['set-cookie'] ?? '') ?? [];
  if (path !== '/') return [];
  return [
    finding(
      'path-prefix',
      `The proxy removes the path ${url.pathname}, and Carillon does not know it: its Location and Link are wrong.`,
    ),
  ];
}

function hasPrefix({ pathname }: URL): boolean {
  return pathname.length > 1;
}

function shown({ status, headers }: Answer): string {
  return `with ${status} ${headers['content-type'] ?? ''} by ${headers['server'] ?? 'an unknown server'}`;
}
