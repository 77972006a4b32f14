import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pathOf } from '../support/needs.ts';
import { temporaryFolder } from '../support/server.ts';

const unit = 'deploy/systemd/carillon@.service';

test('the systemd unit is one that systemd understands, whole', () => {
  const folder = temporaryFolder();
  copyFileSync(unit, join(folder, 'carillon@.service'));
  const instance = join(folder, 'carillon@3001.service');
  const { stdout, stderr } = spawnSync(pathOf('systemd-analyze'), ['verify', instance], { encoding: 'utf8' });
  // It finds no fault but that this machine has no Node of its own.
  const faults = (stdout + stderr)
    .split('\n')
    .filter((line) => line !== '' && !/\/usr\/bin\/node\b/.test(line));
  expect(faults).toEqual([]);
});

test('the systemd unit leaves a process little to do harm with', () => {
  // Of 10; above 2 it says that a service is exposed. It exits with 1 above the threshold, given in tenths.
  const args = ['security', '--offline=true', '--threshold=20', '--no-pager', unit];
  execFileSync(pathOf('systemd-analyze'), args, { stdio: 'ignore' });
});

test('the systemd unit gives the server longer to end than it takes', () => {
  const [, seconds] = /^TimeoutStopSec=(\d+)$/m.exec(readFileSync(unit, 'utf8')) ?? [];
  expect(Number(seconds)).toBeGreaterThan(10);
});
