import { readConfig } from '../config.ts';
import { examine } from '../doctor/examine.ts';
import { NotExaminable } from '../doctor/finding.ts';
import { reportText } from '../doctor/report-text.ts';
import { StartError } from '../domain/errors.ts';
import { signToken } from '../http/token.ts';
import { tokenRulesOf } from '../secret.ts';
import { argumentsOf } from './arguments.ts';
import type { Command, Outcome } from './command.ts';

const usageOf = (calledAs: string) =>
  [
    `usage: ${calledAs} <url> [--token <a user's token> --user <whose it is>] [--origin <origin of your page>]`,
    '       [--publish-token <one of PUBLISH_TOKENS>] [--seconds <how long a quiet stream is watched, 40>] [--json]',
    'exit code: 0 nothing found · 1 something found · 2 cannot be examined',
  ].join('\n');

const options = {
  token: { type: 'string' },
  user: { type: 'string' },
  origin: { type: 'string' },
  'publish-token': { type: 'string' },
  seconds: { type: 'string', default: '40' },
  json: { type: 'boolean', default: false },
} as const;

/** Finds out from outside what stands between a client and Carillon. */
export const doctor: Command = async (args, calledAs): Promise<Outcome> => {
  try {
    const { isJson, ...examination } = await parse(args, usageOf(calledAs));
    const report = await examine(examination);
    const text = isJson ? JSON.stringify(report, null, 2) : reportText(report);
    return { text, exitCode: report.findings.length === 0 ? 0 : 1 };
  } catch (error) {
    if (error instanceof StartError || error instanceof NotExaminable) {
      return { text: error.message, exitCode: 2 };
    }
    throw error;
  }
};

async function parse(args: readonly string[], usage: string) {
  const { positionals, values } = argumentsOf(usage, { args: [...args], allowPositionals: true, options });
  const [address = ''] = positionals;
  const url = URL.parse(address);
  if (positionals.length !== 1 || url === null || !/^https?:$/.test(url.protocol))
    throw new StartError(usage);
  const seconds = Number(values.seconds);
  if (!(seconds >= 1 && seconds <= 600)) throw new StartError(`--seconds takes 1 to 600.\n${usage}`);
  if (values['publish-token'] !== undefined && values.token !== undefined && values.user === undefined)
    throw new StartError(`--publish-token and --token need --user: whose token it is.\n${usage}`);
  const user = values.user ?? 'carillon-doctor';
  return {
    url,
    user,
    token: values.token ?? (await signed(user, usage)),
    origin: values.origin,
    publishToken: values['publish-token'],
    idleMs: seconds * 1000,
    isJson: values.json,
  };
}

/** A token for ten minutes by the configuration of this machine, as `token` makes them. */
function signed(user: string, usage: string): Promise<string> {
  const rules = tokenRulesOf(readConfig());
  if ('secret' in rules.key) return signToken({ id: user, name: user }, 600, rules.key.secret, rules);
  throw new StartError(`JWKS_URL is set: give --token, for tokens are not made here.\n${usage}`);
}
