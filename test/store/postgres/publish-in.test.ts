import { expect, test } from 'vitest';
import { type ActivityInput, publishIn } from '../../../src/store/postgres/publish-in.ts';
import { shipped } from './application.ts';

test('publishIn says what is wrong before it asks the database', async () => {
  const client = { query: () => Promise.reject(new Error('It was asked.')) };
  const refused = (activity: object, publisher?: string) =>
    publishIn(client, activity as ActivityInput, publisher);
  await expect(refused({ ...shipped, title: '' })).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringMatching(/Expected 1 to 200 characters, got 0\.\s+→ at title/),
  });
  await expect(refused({ ...shipped, colour: 'red' })).rejects.toThrow('"colour"');
  for (const text of ['\0', 'a\\\0', '\ud800', '\\\\\udc00']) {
    await expect(refused({ ...shipped, data: { text } })).rejects.toThrow(/^data: /);
  }
  for (const text of ['\\u0000', '\\\\u0000', '🔔']) {
    await expect(refused({ ...shipped, data: { text } })).rejects.toThrow('It was asked.');
  }
});
