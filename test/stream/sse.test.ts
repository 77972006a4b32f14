import { createParser, type EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeEvent } from '../../src/stream/sse.ts';

function parse(text: string): EventSourceMessage[] {
  const events: EventSourceMessage[] = [];
  createParser({ onEvent: (event) => events.push(event) }).feed(text);
  return events;
}

test('whatever is in its data, an event is read back as exactly one equal event', () => {
  fc.assert(
    fc.property(fc.json(), fc.string({ unit: 'binary' }), (json, words) => {
      const data = JSON.stringify({ json, words });
      expect(parse(encodeEvent({ id: 'k3f9x0qa.7', event: 'notification', data }))).toEqual([
        { id: 'k3f9x0qa.7', event: 'notification', data },
      ]);
    }),
    { numRuns: 2000 },
  );
});

test.each(['\n', '\r', '\r\n', '\0'])(
  'a field with %j in it is refused: it could forge an event',
  (forged) => {
    const good = { id: '1', event: 'notification', data: '{}' };
    for (const field of ['id', 'event', 'data'] as const) {
      expect(() => encodeEvent({ ...good, [field]: `a${forged}data: b` })).toThrow(RangeError);
    }
  },
);
