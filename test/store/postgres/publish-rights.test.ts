import { expect, test } from 'vitest';
import { publishIn } from '../../../src/store/postgres/publish-in.ts';
import { shipped, startApplication, startApplicationWithRole, titlesOf, workOff } from './application.ts';

test('a role with no right but to publish publishes, and reads, writes, and calls nothing else', async () => {
  const { bench, connect, connectAs, role } = await startApplicationWithRole();
  const owner = await connect();
  const shop = await connectAs();
  await expect(publishIn(shop, shipped)).rejects.toMatchObject({ code: '42501' });
  await owner.query(`GRANT USAGE ON SCHEMA carillon TO ${role}`);
  await expect(publishIn(shop, shipped)).rejects.toMatchObject({ code: '42501' });
  await owner.query(`GRANT EXECUTE ON FUNCTION carillon.publish TO ${role}`);
  await publishIn(shop, shipped);
  await workOff(bench);
  expect(await titlesOf(bench, 'ann')).toEqual(['On its way']);

  const { rows: tables } = await owner.query<{ name: string }>(
    `SELECT 'carillon.' || relname AS name FROM pg_class WHERE relnamespace = 'carillon'::regnamespace AND relkind = 'r'`,
  );
  expect(tables.length).toBeGreaterThan(10);
  for (const { name } of tables) {
    for (const statement of [
      `SELECT FROM ${name}`,
      `DELETE FROM ${name}`,
      `INSERT INTO ${name} DEFAULT VALUES`,
      `TRUNCATE ${name}`,
    ]) {
      await expect(shop.query(statement), statement).rejects.toMatchObject({ code: '42501' });
    }
  }
  const { rows: others } = await owner.query(
    `SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'carillon'::regnamespace
      AND has_function_privilege('${role}', oid, 'EXECUTE') AND proname <> 'publish'`,
  );
  expect(others).toEqual([]);
});

test('the caller chooses neither the functions that it calls nor what a backslash means', async () => {
  const { bench, connect } = await startApplication();
  const client = await connect();
  await client.query(`
    CREATE SCHEMA evil;
    CREATE FUNCTION evil.jsonb_typeof(jsonb) RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
    CREATE FUNCTION evil.format(text, text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE ''evil''; END';
    CREATE FUNCTION evil.char_length(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE TEMP TABLE activities ();
    SET search_path = evil, pg_temp, pg_catalog;
    SET standard_conforming_strings = off;
    SET escape_string_warning = off;
    SET DateStyle = 'German, DMY';
    SET TimeZone = 'Asia/Seoul';
    SET IntervalStyle = 'sql_standard'`);
  await expect(client.query(`SELECT carillon.publish('{"type": "a", "title": ""}')`)).rejects.toMatchObject({
    column: 'title',
  });
  const at = new Date(bench.clock.now + 1_000);
  await publishIn(client, {
    ...shipped,
    title: '1',
    url: 'https://a.example/orders?id=7',
    at: at.toISOString(),
  });
  await expect(publishIn(client, { ...shipped, type: 'a', url: '/\u00a0' })).rejects.toThrow('URL');
  expect(await bench.store.work()).toEqual({ didStep: false, nextAt: at.getTime() });
});

test('NULL is an error: it must not publish nothing in silence', async () => {
  const { connect } = await startApplication();
  const client = await connect();
  for (const [text, column] of [
    ['SELECT carillon.publish(NULL)', 'activity'],
    [`SELECT carillon.publish('{}', NULL)`, 'publisher'],
    [`SELECT carillon.publish('{}', 'a b')`, 'publisher'],
    [`SELECT carillon.publish('{}', '')`, 'publisher'],
  ] as const) {
    await expect(client.query(text), text).rejects.toMatchObject({ code: '22023', column });
  }
});

test.for([500, 2000, 4000])(
  'data with %i levels neither stops the server nor stays behind',
  async (levels) => {
    const { bench, connect } = await startApplication();
    const client = await connect();
    const data = `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    await client.query(
      `SELECT carillon.publish('{"type": "a", "title": "deep", "to": ["ann"], "data": ${data}}')`,
    );
    await workOff(bench);
    expect(await titlesOf(bench, 'ann')).toEqual(['deep']);
  },
);
