import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const run = promisify(execFile);

/** An application in a folder of its own that has installed what `npm pack` makes. */
export interface Application {
  readonly folder: string;
  write(file: string, text: string): void;
  /** Runs a command in the folder. @returns what it printed */
  run(command: string, ...args: readonly string[]): Promise<string>;
  remove(): void;
}

/** @param dependencies other packages that the application installs from npm. */
export async function installedApplication(dependencies: readonly string[]): Promise<Application> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-package-'));
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  write('package.json', '{ "type": "module", "private": true }');
  await run('npm', ['pack', '--pack-destination', folder]);
  const [tarball = ''] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];
  await run('npm', ['install', ...quiet, join(folder, tarball), ...dependencies], { cwd: folder });
  // Types of Node, which every application in TypeScript has.
  const types = join(folder, 'node_modules/@types');
  mkdirSync(types, { recursive: true });
  for (const name of readdirSync('node_modules/@types')) {
    if (!existsSync(join(types, name))) symlinkSync(resolve('node_modules/@types', name), join(types, name));
  }
  return {
    folder,
    write,
    run: async (command, ...args) => (await run(command, args, { cwd: folder })).stdout,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
