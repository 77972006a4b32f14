import { expect, test } from 'vitest';
import { RememberedTokens } from '../../src/http/remembered-tokens.ts';

const maxBytes = 100_000;

function known(name: string) {
  return { verified: { actor: { id: 'ann', name }, issuedAt: 0, endsAt: 1 } };
}

test.each([
  ['short', 'Ann', 'x'],
  ['long', '🎉'.repeat(200), 'x'.repeat(8_000)],
])('%s tokens take no more room than they may, and the oldest go first', (_, name, padding) => {
  const tokens = new RememberedTokens(maxBytes);
  for (let i = 0; i < 2_000; i++) {
    tokens.set(`${padding}${i}`, known(name));
    expect(tokens.bytes).toBeLessThanOrEqual(maxBytes);
  }
  const kept = Array.from({ length: 2_000 }, (__, i) => tokens.get(`${padding}${i}`) !== undefined);
  const first = kept.indexOf(true);
  expect(first).toBeGreaterThan(0);
  expect(kept.slice(first)).toEqual(Array(2_000 - first).fill(true));
  expect(2_000 - first).toBeGreaterThan(50);
});

test('one that is set again or deleted is counted once', () => {
  const tokens = new RememberedTokens(maxBytes);
  for (let i = 0; i < 1_000; i++) tokens.set('x', known('Ann'));
  const { bytes } = tokens;
  tokens.set('y', known('Ann'));
  expect(tokens.bytes).toBe(2 * bytes);
  tokens.delete('y');
  tokens.delete('y');
  expect(tokens.bytes).toBe(bytes);
  expect(tokens.get('x')).toEqual(known('Ann'));
  expect(tokens.get('y')).toBeUndefined();
});
