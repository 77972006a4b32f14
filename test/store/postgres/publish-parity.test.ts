import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newActivity } from '../../../src/domain/publishing.ts';
import { openClient, temporaryDatabase } from '../../support/postgres.ts';
import { type Draft, valid, values, whole } from './draft-table.ts';
import { drafts } from './random-drafts.ts';

/* The function `carillon.publish` refuses what the schema of requests refuses. */

/** Makes `refused_field(draft)`, which is null when the draft is published. @returns it for many drafts */
async function refusals() {
  const client = await openClient(await temporaryDatabase());
  await client.query(`
    CREATE FUNCTION refused_field(draft text) RETURNS text LANGUAGE plpgsql AS $$
      DECLARE field text; state text; message text;
      BEGIN
        PERFORM carillon.publish(draft::jsonb);
        RETURN NULL;
      EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS field = COLUMN_NAME, state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
        RETURN CASE
          WHEN state = '22023' AND starts_with(message, 'carillon.publish: ' || field || ': ') THEN field
          ELSE state || ' ' || message
        END;
      END $$`);
  return async (drafts: readonly Draft[]): Promise<readonly (string | null)[]> => {
    const { rows } = await client.query<{ field: string | null }>(
      'SELECT refused_field(draft) AS field FROM unnest($1::text[]) WITH ORDINALITY o (draft, n) ORDER BY n',
      [drafts.map((draft) => JSON.stringify(draft))],
    );
    return rows.map(({ field }) => field);
  };
}

function isAccepted(draft: Draft): boolean {
  // As JSON has it: a field that is undefined is missing.
  return newActivity(Date.now).safeParse(JSON.parse(JSON.stringify(draft))).success;
}

test.for(Object.entries(values))(
  'the function and the schema agree about %s',
  async ([field, { right, wrong }]) => {
    const refusedFields = await refusals();
    const draft = (value: unknown): Draft => ({ ...valid, [field]: value });
    const rights = right.map(draft);
    const wrongs = wrong.map(draft);

    expect(rights.filter((one) => !isAccepted(one))).toEqual([]);
    expect(wrongs.filter(isAccepted)).toEqual([]);
    expect(await refusedFields(rights)).toEqual(rights.map(() => null));
    const named = (await refusedFields(wrongs)).map((one) => one?.split('.')[0]);
    expect(named).toEqual(wrongs.map(() => field));
  },
);

test('the function and the schema agree about fields that depend on each other, and about unknown ones', async () => {
  const refusedFields = await refusals();
  const fields = await refusedFields(whole);
  expect(fields.map((field) => field === null)).toEqual(whole.map(isAccepted));
  expect(fields).toEqual(['expiresAt', null, 'expiresAt', null, null, 'to', null, 'Title', 'id', 'topics']);
});

test('what is no object is refused', async () => {
  const refusedFields = await refusals();
  const drafts = [null, 1, 'x', [], [valid], true] as unknown as Draft[];
  expect(await refusedFields(drafts)).toEqual(drafts.map(() => 'activity'));
});

test('the function and the schema agree about whatever else is said', async () => {
  const refusedFields = await refusals();
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(drafts, { minLength: 40, maxLength: 40 }), async (some) => {
      const refused = await refusedFields(some);
      for (const [i, one] of some.entries()) {
        expect({ draft: one, isAccepted: refused[i] === null }).toEqual({
          draft: one,
          isAccepted: isAccepted(one),
        });
        accepted += Number(refused[i] === null);
      }
    }),
    { numRuns: 5, endOnFailure: true, interruptAfterTimeLimit: 30_000 },
  );
  // Both sides were seen.
  expect(accepted).toBeGreaterThan(10);
  expect(accepted).toBeLessThan(190);
});

test('they differ on hosts that take the tables of IDNA, and on numbers and texts that jsonb does not hold', async () => {
  const refusedFields = await refusals();
  const stricter = ['http://%61.example', 'http://0x7f.1', 'http://127.1'].map((one) => ({
    ...valid,
    url: one,
  }));
  expect(stricter.map(isAccepted)).toEqual([true, true, true]);
  expect(await refusedFields(stricter)).toEqual(['url', 'url', 'url']);
  const laxer = ['http://\u00ad', 'http://[1]'].map((one) => ({ ...valid, url: one }));
  expect(laxer.map(isAccepted)).toEqual([false, false]);
  expect(await refusedFields(laxer)).toEqual([null, null]);
  const [nul] = await refusedFields([{ ...valid, data: { a: '\0' } }]);
  expect(nul).toContain('22P05');
});
