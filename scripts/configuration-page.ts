import { writeFileSync } from 'node:fs';
import { expectedOf, type Name, readConfig, variableNames } from '../src/config.ts';

/*
 * Writes docs/configuration.md: node scripts/configuration-page.ts. Names and values come from src/config.ts, numbers from
 * what an empty environment gives.
 */

/** The default in words, where it is no number; and what the variable does. */
const texts: Readonly<Record<Name, readonly [usual: string | undefined, about: string]>> = {
  NODE_ENV: ['none', '`production`: no tokens for development, no sample report, no secret is made.'],
  HOST: ['`127.0.0.1`', 'Where it listens.'],
  PORT: [undefined, 'Where it listens.'],
  DATABASE_URL: [
    '`file:data/carillon.db`',
    'The SQLite file, whose folder is made if need be; or a database of [PostgreSQL](postgresql.md).',
  ],
  REDIS_URL: [
    'none',
    'The bus between [several processes](several-processes.md); a single server, or one of a cluster.',
  ],
  JWT_SECRET: [
    'made, and kept in the data folder',
    'The secret that tokens are signed with (HS256). In production it or `JWKS_URL` must be set.',
  ],
  JWKS_URL: [
    'none',
    'Instead: where the public keys are (RS256, ES256, EdDSA). They are fetched again after 10 minutes; while nobody ' +
      'answers there, the last ones count.',
  ],
  JWT_ISSUER: ['none', 'Tokens must have it, when it is set.'],
  JWT_AUDIENCE: ['none', 'Tokens must have it, when it is set.'],
  ALLOWED_ORIGINS: [
    'none; in development pages of this machine',
    'Whose pages may ask with the cookie (CORS with credentials). The log says which one is missing.',
  ],
  TRUST_PROXY: ['none', 'Proxies in front, whose `X-Forwarded-…` headers count.'],
  MAX_STREAMS: ['0.8 of the open files', 'Over it a new stream gets `goodbye` with `busy`.'],
  MAX_STREAMS_PER_USER: [
    undefined,
    'The same for one user, on each process. An older tab is never thrown out.',
  ],
  WRITES_PER_MINUTE: [
    undefined,
    'Writes of one user, on each process; over it 429 with `Retry-After`. Marks of their own notifications count ' +
      'apart, ten times as many; `POST /notifications/unread` a tenth.',
  ],
  STREAM_OPENINGS_PER_MINUTE: [undefined, 'Streams that one user opens, on each process; over it `busy`.'],
  HEARTBEAT_SECONDS: [undefined, 'The time between two pings of a stream.'],
  STREAM_MAX_AGE_SECONDS: [undefined, 'The age at which a stream is renewed, ± 20 %.'],
  RETENTION_DAYS: [undefined, 'How long events are kept, and notifications after they were read.'],
  METRICS_TOKEN: [
    'none',
    'The bearer token for `/metrics`. Without it only this machine reads them, at `localhost` or `127.0.0.1`.',
  ],
  LIVE_PAGE: ['on; in production off', 'Whether `/` shows Carillon at work.'],
  API_PAGE: [
    'on; in production off',
    'Whether `/docs` shows the [HTTP API](http-api.md) and lets you try it out. In a clone it needs the development ' +
      'dependencies (`npm ci` without `--omit=dev`).',
  ],
  OPERATOR_TOKEN: [
    'none',
    'The bearer token for what operators do to users: revoke, export, erase. Without it there are no such routes.',
  ],
  PUBLISH_TOKENS: ['none', 'The backends that may [publish](publish.md).'],
  PUBLISHES_PER_MINUTE: [
    undefined,
    'Requests of one publisher, on each process; over it 429 with `Retry-After`.',
  ],
  GROUP_COMMENTS: ['`none`', '`report`: the comments of one report share a notification while it is unread.'],
  LOG_LEVEL: ['`info`', 'What is logged.'],
};

const head = `# Configuration

Environment variables. An empty one counts as not set; a wrong one stops the start with one line that says what is
expected. \`node --env-file=.env src/main.ts\` reads them from a file. \`createCarillon\` takes them as
[options in camelCase](embedding.md). This page is written by \`node scripts/configuration-page.ts\`.
`;

/** The whole page. */
export function configurationPage(): string {
  const usual = readConfig({}) as unknown as Readonly<Record<string, unknown>>;
  const sections = (variableNames as readonly Name[]).map((name) => {
    const [text, about] = texts[name];
    const key = name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    const value = text ?? `\`${String(usual[key])}\``;
    const lines = [`Default: ${value}. Expected: ${expectedOf(name)}.`, about];
    return [`## ${name}`, ...lines.map(wrapped)].join('\n\n');
  });
  return `${[head.trim(), ...sections].join('\n\n')}\n`;
}

const width = 120;

function wrapped(text: string): string {
  const lines = [''];
  // What stands in angle brackets is meant, and no markup.
  for (const word of text.replaceAll('<', '\\<').split(' ')) {
    const line = `${lines.at(-1) ?? ''} ${word}`.trim();
    if (line.length <= width) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines.join('\n');
}

if (import.meta.main) writeFileSync('docs/configuration.md', configurationPage());
