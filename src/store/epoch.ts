import { randomInt } from 'node:crypto';

/** A new epoch: 8 characters of `0-9a-z`. */
export function newEpoch(): string {
  const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';
  return Array.from({ length: 8 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}
