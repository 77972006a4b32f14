import { readConfig } from '../config.ts';
import { Person } from '../domain/actor.ts';
import { StartError } from '../domain/errors.ts';
import { signToken } from '../http/token.ts';
import { tokenRulesOf } from '../secret.ts';
import { argumentsOf } from './arguments.ts';
import type { Command } from './command.ts';

const usageOf = (calledAs: string) =>
  `usage: ${calledAs} <user> [--name <name>] [--ttl <number>(s|m|h|d), 1h unless given]`;
const secondsPer = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Signs a token with the secret that is configured. */
export const token: Command = (args, calledAs) => {
  const usage = usageOf(calledAs);
  const { user, name, ttl } = parse(args, usage);
  const actor = Person.safeParse({ id: user, name: name ?? user });
  if (!actor.success)
    throw new StartError(`${actor.error.issues[0]?.message ?? 'The user is not valid.'}\n${usage}`);
  const rules = tokenRulesOf(readConfig());
  if (!('secret' in rules.key)) {
    throw new StartError('JWKS_URL is set: tokens are made by whoever has the private key, not here.');
  }
  return signToken(actor.data, secondsOf(ttl, usage), rules.key.secret, rules);
};

function parse(
  args: readonly string[],
  usage: string,
): { user: string; name: string | undefined; ttl: string } {
  const { positionals, values } = argumentsOf(usage, {
    args: [...args],
    allowPositionals: true,
    options: { name: { type: 'string' }, ttl: { type: 'string', default: '1h' } },
  });
  const [user] = positionals;
  if (user === undefined || positionals.length > 1) throw new StartError(usage);
  return { user, name: values.name, ttl: values.ttl };
}

function secondsOf(ttl: string, usage: string): number {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(ttl) ?? [];
  const seconds = Number(amount) * secondsPer[unit as keyof typeof secondsPer];
  if (!(seconds > 0))
    throw new StartError(`--ttl holds ${ttl}; expected a time such as 90s, 15m, 1h, or 7d.\n${usage}`);
  return seconds;
}
