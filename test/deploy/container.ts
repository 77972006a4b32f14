import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ServerProcess, spawnServer } from '../support/process.ts';
import type { Image } from './image.ts';

/** A running container, or what comes closest to it without a Docker engine. */
export interface Container {
  /** The folder that is its volume. */
  readonly data: string;
  readonly server: ServerProcess;
  /** Runs another command in it. @returns what it printed */
  execute(command: readonly string[]): Promise<string>;
}

/**
 * Starts the image as an unprivileged user that sees nothing but the image's files, which it cannot write, and its
 * volume; it ends with the test.
 */
export async function startContainer(image: Image, environment: Record<string, string>): Promise<Container> {
  const data = join(image.root, 'data');
  const variables = { ...image.environment, ...environment };
  const server = await spawnServer(data, variables, confined(image, image.command));
  return {
    data,
    server,
    async execute(command) {
      const [program, ...args] = confined(image, command);
      const env = { PATH: process.env['PATH'], ...variables };
      return (await promisify(execFile)(program, args, { env })).stdout;
    },
  };
}

/** Who is not root becomes it within a user namespace, which does not make them anybody else outside. */
const isRoot = process.getuid?.() === 0;
const ownMounts = ['unshare', ...(isRoot ? [] : ['--user', '--map-root-user']), '--mount'];
/** In a container of its own a test may not mount anything; then file permissions must do. */
const canMount = spawnSync(ownMounts[0] ?? '', [...ownMounts.slice(1), 'true']).status === 0;

function confined({ root, user, workingFolder }: Image, command: readonly string[]): [string, ...string[]] {
  const [uid = '', gid = ''] = user.split(':');
  const identity = isRoot ? [`--setgid=${gid}`, `--setuid=${uid}`] : [];
  const [program = '', ...args] = command;
  const path = program === 'node' ? '/usr/local/bin/node' : program;
  const inside = ['unshare', `--root=${root}`, `--wd=${workingFolder}`, ...identity, '--', path, ...args];
  const mounts = [
    'mount --make-rprivate /',
    'mount --bind "$0" "$0"',
    'mount --bind "$0/data" "$0/data"',
    'mount --rbind /proc "$0/proc"',
    'mount -o remount,bind,ro "$0"',
    'exec "$@"',
  ];
  const whole = canMount ? [...ownMounts, 'sh', '-e', '-c', mounts.join('\n'), root, ...inside] : inside;
  return whole as [string, ...string[]]; // It has a first word in either case.
}
