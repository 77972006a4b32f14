import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Program {
  /** What it may be called, the usual name first. */
  readonly names: readonly [string, ...string[]];
  readonly debianPackage: string;
  /** The environment variable that may hold the path of one that is somewhere else. */
  readonly variable: string;
}

/** What some suites start and no npm package brings. */
const programs = {
  caddy: { names: ['caddy'], debianPackage: 'caddy', variable: 'CADDY' },
  chromium: { names: ['chromium', 'chromium-browser'], debianPackage: 'chromium', variable: 'CHROMIUM' },
  nginx: { names: ['nginx'], debianPackage: 'nginx', variable: 'NGINX' },
  openssl: { names: ['openssl'], debianPackage: 'openssl', variable: 'OPENSSL' },
  /** A library of Python's: the path of its first file. */
  psycopg: { names: ['psycopg/__init__.py'], debianPackage: 'python3-psycopg', variable: 'PSYCOPG' },
  redis: {
    names: ['redis-server', 'valkey-server'],
    debianPackage: 'redis-server',
    variable: 'REDIS_SERVER',
  },
  'systemd-analyze': {
    names: ['systemd-analyze'],
    debianPackage: 'systemd',
    variable: 'SYSTEMD_ANALYZE',
  },
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof programs;

/** Debian keeps servers out of the PATH of users who are not root; and where it keeps the libraries of Python. */
const moreFolders = ['/usr/sbin', '/usr/local/sbin', '/usr/lib/python3/dist-packages'];

/** The path of the program: what its variable says, or the first that is found. @returns undefined when there is none */
export function findProgram(name: ProgramName): string | undefined {
  const { names, variable } = programs[name];
  const given = process.env[variable];
  if (given !== undefined && given !== '') return existsSync(given) ? given : undefined;
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...moreFolders];
  return names.flatMap((one) => folders.map((folder) => join(folder, one))).find((path) => existsSync(path));
}

/** The Debian package that brings the program. */
export function packageOf(name: ProgramName): string {
  return programs[name].debianPackage;
}

/** Says that the program is missing, and what to do. */
export function missingText(name: ProgramName): string {
  const { names, debianPackage, variable } = programs[name];
  return (
    `needs ${names[0]}, which is not here. Install it (on Debian: sudo apt-get install ${debianPackage}), ` +
    `or set ${variable} to its path.`
  );
}
