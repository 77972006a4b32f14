import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mebibyte = 1024 * 1024;

/** The folder with the data, on a disk of its own that can be filled, where this machine lets us have one. */
export interface Disk {
  readonly folder: string;
  /** Why it cannot be filled; undefined when it can. */
  readonly excuse: string | undefined;
  /** Leaves no room for a single page more. */
  fill(): void;
  makeRoom(): void;
  /** Takes the folder away with all that is in it. */
  close(): void;
}

/** @param mebibytes how large it is, if it is to be filled; it takes memory only for what is written. */
export function openDisk(mebibytes: number | undefined): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-chaos-'));
  const excuse = mebibytes === undefined ? 'it was not asked for' : mount(folder, mebibytes);
  const resize = (bytes: number) => {
    if (excuse === undefined) run('mount', '-o', `remount,size=${bytes}`, folder);
  };
  return {
    folder,
    excuse,
    fill: () => persist(() => resize(usedBytes(folder))),
    makeRoom: () => resize((mebibytes ?? 0) * mebibyte),
    close: () => {
      if (excuse === undefined) run('umount', '--lazy', folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Tries again while the server writes more in between. */
function persist(act: () => void): void {
  for (let attempt = 1; ; attempt++) {
    try {
      act();
      return;
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}

/** @returns why it is not possible here. */
function mount(folder: string, mebibytes: number): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can make a small disk';
  try {
    run('mount', '-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'carillon-chaos', folder);
    return undefined;
  } catch (error) {
    return `no small disk can be made here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function usedBytes(folder: string): number {
  const { blocks, bfree, bsize } = statfsSync(folder);
  return (blocks - bfree) * bsize;
}

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
