import type { IncomingMessage } from 'node:http';
import { type Config, nodeEnvironment, readConfig, variableNames } from '../config.ts';
import { StartError } from '../domain/errors.ts';
import { openFileLimit } from '../open-files.ts';

/** A user of the application, as its sign-in knows them. */
export interface SignedInUser {
  /** 1 to 128 printable ASCII characters without spaces. */
  readonly id: string;
  /** 1 to 200 characters; the id unless given. */
  readonly name?: string | null;
  /** When the user signed in: a revocation after that ends it. Unix milliseconds; now unless given. */
  readonly issuedAt?: Date | number;
  /** Until when it is good, streams included. Unix milliseconds; a year unless given. */
  readonly expiresAt?: Date | number;
}

type Falsy = null | undefined | false | '' | 0;

/** What each variable of the environment says, by its name in camelCase; docs/configuration.md explains each. */
export interface CarillonOptions<Req extends IncomingMessage = IncomingMessage> {
  /** `file:<path>` or `postgres://<user>:<password>@<host>/<database>`. */
  readonly database: string;
  /** Who is signed in to the application. Without it users show tokens, as to a server: `jwtSecret` or `jwksUrl`. */
  readonly authenticate?: (req: Req) => SignedInUser | Falsy | Promise<SignedInUser | Falsy>;
  /** Called when the database has failed for good; Carillon closes itself then. */
  readonly onFailure?: (cause: unknown) => void;
  /** `NODE_ENV` of this process unless given. */
  readonly nodeEnv?: string;
  readonly redisUrl?: string;
  readonly jwtSecret?: string;
  readonly jwksUrl?: string;
  readonly jwtIssuer?: string;
  readonly jwtAudience?: string;
  readonly allowedOrigins?: string | readonly string[];
  readonly trustProxy?: number | string | readonly string[];
  readonly maxStreams?: number;
  readonly maxStreamsPerUser?: number;
  readonly writesPerMinute?: number;
  readonly streamOpeningsPerMinute?: number;
  readonly heartbeatSeconds?: number;
  readonly streamMaxAgeSeconds?: number;
  readonly retentionDays?: number;
  readonly metricsToken?: string;
  /** Off unless given where `authenticate` is. */
  readonly livePage?: boolean | 'on' | 'off';
  /** Off unless given where `authenticate` is. */
  readonly apiPage?: boolean | 'on' | 'off';
  readonly operatorToken?: string;
  /** `<name>:<token>`; `app` is the name of what this process publishes itself. */
  readonly publishTokens?: string | readonly string[];
  readonly publishesPerMinute?: number;
  readonly groupComments?: 'none' | 'report';
  /** `warn` unless given: the application has a log of its own requests. */
  readonly logLevel?: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}

/**
 * The configuration that the options of an application come to.
 * @throws StartError that names the option, what it holds, and what is expected.
 */
export function configOf({ authenticate, onFailure: _, ...options }: CarillonOptions<never>): Config {
  const hasOwnSignIn = authenticate !== undefined;
  if (hasOwnSignIn && (options.jwtSecret !== undefined || options.jwksUrl !== undefined)) {
    throw new StartError('authenticate is given and a key for tokens as well; expected one of them.');
  }
  const given = Object.entries<unknown>(options).filter(([, value]) => value !== undefined);
  const unknown = given.find(([option]) => !variables.has(option));
  if (unknown !== undefined) {
    throw new StartError(`There is no option ${unknown[0]}; there are ${[...variables.keys()].join(', ')}.`);
  }
  const environment: Record<string, string | undefined> = {
    NODE_ENV: nodeEnvironment(),
    LOG_LEVEL: 'warn',
    ...(hasOwnSignIn && { LIVE_PAGE: 'off', API_PAGE: 'off' }),
  };
  for (const [option, value] of given) environment[variables.get(option) ?? option] = textOf(value);
  if (!environment['DATABASE_URL'])
    throw new StartError('database is not set; expected file:… or postgres://….');
  const names = new Map([...variables].map(([option, name]) => [name, option]));
  const nameOf = (name: string) => names.get(name) ?? name;
  return readConfig(environment, openFileLimit(), { nameOf, hasOwnSignIn });
}

/** The environment's names by those of the options. Where the server listens is the application's. */
const variables: ReadonlyMap<string, string> = new Map(
  variableNames
    .filter((name) => name !== 'HOST' && name !== 'PORT')
    .map((name) => [name === 'DATABASE_URL' ? 'database' : camelCase(name), name]),
);

function camelCase(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return Array.isArray(value) ? value.join(',') : String(value);
}
