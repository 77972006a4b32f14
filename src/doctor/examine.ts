import { checkAddress } from './checks/address.ts';
import { checkProcesses } from './checks/processes.ts';
import {
  checkAuthorization,
  checkCaching,
  checkOrigin,
  checkProtocol,
  checkTrust,
} from './checks/requests.ts';
import { checkBeginning, checkClock, checkCompression, checkIdle } from './checks/stream.ts';
import type { Code, Finding, Report } from './finding.ts';
import { targetAt } from './target.ts';

export interface Examination {
  readonly url: URL;
  /** A user's token, and whose it is. */
  readonly token: string;
  readonly user: string;
  /** The origin of a page that is to talk to Carillon. */
  readonly origin?: string | undefined;
  /** One of PUBLISH_TOKENS. */
  readonly publishToken?: string | undefined;
  /** How long a stream is watched on which nothing happens, in milliseconds. */
  readonly idleMs: number;
}

/**
 * Finds out from outside what stands between a client and Carillon. Asks nothing but the given address, and leaves
 * nothing behind.
 * @throws NotExaminable when there is nothing to examine: no answer, not Carillon, or a token that it refuses
 */
export async function examine(examination: Examination): Promise<Report> {
  const { url, token, user, origin, publishToken, idleMs } = examination;
  const target = targetAt(url, token);
  const findings: Finding[] = [];
  const looked = new Set<Code>();
  const skipped: Partial<Record<Code, string>> = {};
  const look = async (codes: readonly Code[], check: readonly Finding[] | Promise<readonly Finding[]>) => {
    const found = await check;
    codes.forEach((code) => looked.add(code));
    findings.push(...found);
    return found.length === 0;
  };
  const report = (): Report => {
    const known = new Set(findings.map(({ code }) => code));
    const unique = findings.filter((one, i) => findings.findIndex(({ code }) => code === one.code) === i);
    return { url: url.href, findings: unique, fine: [...looked].filter((code) => !known.has(code)), skipped };
  };

  const address = await checkAddress(target);
  await look(['path-prefix'], address.findings);
  if (!address.isUsable) return report();
  await look(['trust-proxy'], checkTrust(target));
  if (isOwnMachine(url)) skipped.http1 = 'plain HTTP is for development';
  else await look(['http1'], checkProtocol(target));
  if (origin === undefined) skipped.cors = 'give --origin <origin of your page>';
  if (!(await look(['authorization'], checkAuthorization(target)))) return report();

  const { stream, findings: early } = await checkBeginning(target);
  await look(stream === undefined ? ['buffering'] : ['buffering', 'last-event-id'], early);
  await look(['caching'], checkCaching(target));
  if (origin !== undefined) await look(['cors'], checkOrigin(target, origin));
  await look(['compression'], checkCompression(target));
  if (publishToken === undefined) skipped.processes = 'give --publish-token <one of PUBLISH_TOKENS>';
  else await look(['processes'], checkProcesses(target, user, publishToken));
  if (stream !== undefined) {
    await look(['idle'], checkIdle(stream, idleMs));
    await look(['clock'], checkClock(stream));
    stream.close();
  }
  return report();
}

/** Without a proxy, on this machine: there browsers have HTTP/1.1 alone. */
function isOwnMachine({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(?:localhost|127\..*|\[::1\])$/.test(hostname);
}
