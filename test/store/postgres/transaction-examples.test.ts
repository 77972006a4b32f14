import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { pathOf } from '../../support/needs.ts';
import { type ApplicationWithRole, startApplicationWithRole, titlesOf, workOff } from './application.ts';

/** A busy machine takes its time to start a program. */
const slow = { timeout: 180_000 };

/** An application's role with the rights that docs/publish-in-a-transaction.md gives it, and a schema of its own. */
async function startShop(): Promise<ApplicationWithRole> {
  const shop = await startApplicationWithRole();
  const owner = await shop.connect();
  const page = readFileSync('docs/publish-in-a-transaction.md', 'utf8');
  const grants = Array.from(page.matchAll(/^GRANT .*;$/gm), ([grant]) => grant);
  expect(grants).toHaveLength(2);
  for (const grant of grants) await owner.query(grant.replace(/TO shop;$/, `TO ${shop.role};`));
  await owner.query(`CREATE SCHEMA ${shop.role} AUTHORIZATION ${shop.role}`);
  return shop;
}

function run(
  shop: ApplicationWithRole,
  program: string,
  file: string,
  more: Record<string, string> = {},
): void {
  const environment = { PATH: process.env['PATH'], DATABASE_URL: shop.url, ...more };
  const options = { env: environment, encoding: 'utf8', timeout: 150_000 } as const;
  const { status, stderr } = spawnSync(program, [`examples/transaction/${file}`], options);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

test.for(['with-pg.ts', 'with-drizzle.ts'])('%s places an order and notifies', slow, async (file) => {
  const shop = await startShop();
  run(shop, process.execPath, file);
  await workOff(shop.bench);
  expect(await titlesOf(shop.bench, 'ann')).toEqual(['We have your order 1']);
});

test('with_psycopg.py places an order and notifies', slow, async () => {
  const libraries = dirname(dirname(pathOf('psycopg')));
  const shop = await startShop();
  run(shop, 'python3', 'with_psycopg.py', { PYTHONPATH: libraries });
  await workOff(shop.bench);
  expect(await titlesOf(shop.bench, 'ann')).toEqual(['We have your order 1']);
});

test('trigger.sql notifies of every order whose transaction commits', async () => {
  const shop = await startShop();
  const client = await shop.connectAs();
  const script = readFileSync('examples/transaction/trigger.sql', 'utf8');
  for (let i = 0; i < 2; i++) await client.query(script);
  await client.query(`INSERT INTO orders (customer) VALUES ('ann'), ('bob'), ('ann')`);
  await client.query(`BEGIN; INSERT INTO orders (customer) VALUES ('ann'); ROLLBACK`);
  // What is wrong with the notification fails the order.
  await expect(client.query(`INSERT INTO orders (customer) VALUES ('not a user')`)).rejects.toMatchObject({
    code: '22023',
    message: 'carillon.publish: to.0: Expected 1 to 128 printable ASCII characters without spaces.',
  });
  await workOff(shop.bench);
  expect(await titlesOf(shop.bench, 'ann')).toEqual(['We have your order 3', 'We have your order 1']);
  expect(await titlesOf(shop.bench, 'bob')).toEqual(['We have your order 2']);
  expect((await client.query('SELECT FROM orders')).rows).toHaveLength(3);
});
