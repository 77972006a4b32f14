import { createParser as createOther } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { RawFrame } from '../../src/client/frame.ts';
import { createParser } from '../../src/client/parser.ts';

/** What the parser makes of `text` when it comes in these pieces. */
function parse(pieces: readonly string[]): { frames: RawFrame[]; retries: number[] } {
  const feed = createParser();
  const frames: RawFrame[] = [];
  const retries: number[] = [];
  for (const piece of pieces) {
    const parsed = feed(piece);
    frames.push(...parsed.frames);
    if (parsed.retryMs !== undefined) retries.push(parsed.retryMs);
  }
  return { frames, retries };
}

/** What the package `eventsource-parser` makes of it. */
function expected(text: string): RawFrame[] {
  const frames: RawFrame[] = [];
  const parser = createOther({
    onEvent: ({ event, id, data }) => frames.push({ event: event ?? 'message', id, data }),
  });
  parser.feed(text);
  return frames;
}

const line = fc.oneof(
  fc.constantFrom(
    'data: {"seq":1}',
    'data',
    'data:',
    'data:  two',
    'event: ping',
    'event:',
    ': comment',
    ':',
  ),
  fc.constantFrom('id: k3f9x0qa.4', 'id', 'id:7', 'retry: 10', 'retry: x', 'unknown: field', ' data: no', ''),
  fc.string().map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
);
const ending = fc.constantFrom('\n', '\r\n', '\r');

test('it reads what another parser reads, wherever the pieces are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(line, ending), { maxLength: 30 }),
      fc.array(fc.nat(400), { maxLength: 8 }),
      (lines, cuts) => {
        const text = `${lines.map((parts) => parts.join('')).join('')}\n\n`;
        const at = [...new Set([0, ...cuts.filter((cut) => cut < text.length)])].sort((a, b) => a - b);
        const pieces = at.map((start, i) => text.slice(start, at[i + 1]));
        expect(parse(pieces).frames).toEqual(expected(text));
      },
    ),
  );
});

test('a frame without its blank line is none yet', () => {
  const feed = createParser();
  expect(feed('event: ping\ndata: 1\n').frames).toEqual([]);
  expect(feed('\n').frames).toEqual([{ event: 'ping', id: undefined, data: '1' }]);
});

test('a carriage return alone ends a line as well', () => {
  expect(parse(['data: 1\rdata: 2\r\r', 'data: 3\r', '\n\r\n']).frames.map(({ data }) => data)).toEqual([
    '1\n2',
    '3',
  ]);
});

test('the server’s wish when to come back is heard, and nothing that is no number', () => {
  expect(parse(['retry: 2500\n: carillon\n\n', 'retry: soon\n\nretry: 100', '0\n']).retries).toEqual([
    2500, 1000,
  ]);
});

test('a line that comes in many pieces is read once, not once per piece', () => {
  const pieces = 1_000;
  const piece = 'x'.repeat(400);
  const split = vi.spyOn(String.prototype, 'split');
  onTestFinished(() => split.mockRestore());
  const feed = createParser();
  feed('data: ');
  for (let i = 0; i < pieces; i++) feed(piece);
  expect(feed('\n\n').frames).toEqual([{ event: 'message', id: undefined, data: piece.repeat(pieces) }]);
  const read = split.mock.contexts.reduce<number>((sum, text) => sum + String(text).length, 0);
  expect(split).toHaveBeenCalled();
  expect(read).toBeLessThan(2 * pieces * piece.length);
});

test.each(['data: ', 'data: x\ndata: '])('a frame that begins with %j and has no end is refused', (begin) => {
  const feed = createParser();
  const piece = begin.padEnd(64_000, 'x');
  for (let i = 0; i < 15; i++) expect(feed(piece).frames).toEqual([]);
  expect(() => feed(piece)).toThrow('A frame has more than 1,000,000 characters.');
});
