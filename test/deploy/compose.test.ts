import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig, variableNames } from '../../src/config.ts';
import { pathOf } from '../support/needs.ts';

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly networks: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: unknown;
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
}

const text = readFileSync('compose.yaml', 'utf8');
const { services, networks, volumes } = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  networks: Record<string, unknown>;
  volumes: Record<string, unknown>;
};
const processes = Object.entries(services).filter(([name]) => name.startsWith('carillon-'));
const example = readFileSync('deploy/compose.env.example', 'utf8');
const filledIn = {
  ...parseEnv(example),
  JWT_SECRET: 'a'.repeat(44),
  POSTGRES_PASSWORD: 'b'.repeat(64),
};

/** As Compose fills in `${NAME}`, `${NAME:-default}`, and `${NAME:?message}`. */
function interpolated(value: string | number): string {
  return String(value).replaceAll(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_, name: string, kind, rest: string) => {
      const given = (filledIn as Record<string, string | undefined>)[name] ?? '';
      if (given === '' && kind === '?') throw new Error(`${name} ${rest}`);
      return given === '' && kind === '-' ? rest : given;
    },
  );
}

test('three processes run, each with an environment that Carillon takes', () => {
  expect(processes).toHaveLength(3);
  for (const [, { environment = {} }] of processes) {
    expect(Object.keys(environment).filter((name) => !variableNames.includes(name))).toEqual([]);
    const values = Object.entries(environment).map(([name, value]) => [name, interpolated(value)]);
    const config = readConfig({ NODE_ENV: 'production', ...Object.fromEntries(values) }, 65_536);
    expect(config).toMatchObject({
      isProduction: true,
      database: { dialect: 'postgres' },
      redisUrl: 'redis://redis:6379',
      trustProxy: 1,
      maxStreams: 52_428,
    });
  }
});

test('everything that compose.yaml wants to know stands in the example, and nothing else', () => {
  const wanted = new Set(Array.from(text.matchAll(/\$\{(\w+)/g), ([, name]) => name));
  expect(Object.keys(parseEnv(example)).sort()).toEqual([...wanted].sort());
});

test('each service waits for those that it needs, and each of these says when it is ready', () => {
  const hasCheck = (name: string) =>
    services[name]?.healthcheck !== undefined || name.startsWith('carillon-'); // The Dockerfile has theirs.
  for (const { depends_on: needs = {} } of Object.values(services)) {
    for (const [name, { condition }] of Object.entries(needs)) {
      expect(condition).toBe('service_healthy');
      expect(hasCheck(name), name).toBe(true);
    }
  }
  expect(readFileSync('Dockerfile', 'utf8')).toMatch(/^HEALTHCHECK /m);
  for (const [, { depends_on: needs }] of processes)
    expect(Object.keys(needs ?? {})).toEqual(['postgres', 'redis']);
});

test('the processes cannot write, are reached through Caddy alone, and have time to end', () => {
  for (const [, service] of processes) {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], networks: ['inside'] });
    expect(service).not.toHaveProperty('ports');
    expect(Number.parseInt(service.stop_grace_period ?? '', 10)).toBeGreaterThan(10);
  }
  expect(networks).toMatchObject({ inside: { internal: true } });
  expect(services['postgres']).not.toHaveProperty('ports');
  expect(services['redis']).not.toHaveProperty('ports');
});

test('Caddy knows all processes, and takes its configuration', () => {
  const { environment = {} } = services['caddy'] ?? {};
  const env = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, interpolated(value)]),
  );
  const args = ['adapt', '--adapter', 'caddyfile', '--validate', '--config', 'deploy/caddy/Caddyfile'];
  const json = execFileSync(pathOf('caddy'), args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const dialled = Array.from(json.matchAll(/"dial":"([^"]+)"/g), ([, address]) => address);
  expect(dialled).toEqual(processes.map(([name]) => `${name}:3000`));
  expect(json).toContain('"notify.example.com"');
});

test('every file, volume, and network that a service names is there', () => {
  for (const service of Object.values(services)) {
    for (const network of service.networks) expect(networks).toHaveProperty(network);
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('.')) expect(existsSync(source), source).toBe(true);
      else expect(volumes).toHaveProperty(source);
    }
  }
});
