import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Config } from './config.ts';
import { StartError } from './domain/errors.ts';
import type { TokenRules } from './http/token.ts';

/**
 * How tokens are verified. Where nothing is configured, which is possible in development alone, a secret is made once
 * and kept in the data folder, readable by its owner only.
 * @throws StartError when it cannot be kept.
 */
export function tokenRulesOf({ jwt, database, isProduction }: Config): TokenRules {
  const { issuer, audience } = jwt;
  if (jwt.jwksUrl !== undefined) return { key: { jwksUrl: jwt.jwksUrl }, issuer, audience };
  const secret = jwt.secret ?? (isProduction ? undefined : keptSecret(dataFolderOf(database)));
  if (secret === undefined) throw new StartError('JWT_SECRET is not set; expected it or JWKS_URL.');
  return { key: { secret }, issuer, audience };
}

/** Where a SQLite database is; what belongs to one in PostgreSQL is kept where the program is started. */
function dataFolderOf(database: Config['database']): string {
  return database.dialect === 'sqlite' ? dirname(database.path) : resolve('data');
}

function keptSecret(folder: string): string {
  const path = join(folder, 'jwt-secret');
  try {
    return readFileSync(path, 'utf8').trim() || make(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return make(path);
    throw unusable(path, cause);
  }
}

function make(path: string): string {
  const secret = randomBytes(32).toString('base64url');
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${secret}\n`, { mode: 0o600 });
    return secret;
  } catch (cause) {
    throw unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): StartError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StartError(`JWT_SECRET is not set, and ${path} cannot hold one: ${why}.`, { cause });
}
