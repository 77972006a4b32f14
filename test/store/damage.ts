import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { expect } from 'vitest';
import { openHandle } from './handles.ts';

/** Writes rubbish over the first page of a table or index, whose database nobody has open. */
export function damage(path: string, name: string): void {
  const handle = openHandle(path);
  const pages = handle.prepare<[string], number>('SELECT rootpage FROM sqlite_master WHERE name = ?');
  const page = pages.pluck().get(name) ?? Infinity;
  handle.close();
  expect(statSync(path).size).toBeGreaterThanOrEqual(4096 * page);
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(4096, 0xee), 0, 4096, 4096 * (page - 1));
  closeSync(file);
}
