import { Client } from 'pg';
// In your application: `carillon.publish(activity, { client })`, from the package `carillon`.
import { publishIn } from '../../src/store/postgres/publish-in.ts';

/*
 * An order and its notification, both or neither.
 *
 *   DATABASE_URL=postgres://shop@localhost/shop node with-pg.ts
 */

const client = new Client({ connectionString: process.env['DATABASE_URL'] });
await client.connect();
await client.query('CREATE TABLE IF NOT EXISTS orders (id serial PRIMARY KEY, customer text NOT NULL)');

await client.query('BEGIN');
try {
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO orders (customer) VALUES ('ann') RETURNING id`,
  );
  const id = rows[0]?.id ?? 0;
  await publishIn(client, {
    type: 'order.placed',
    title: `We have your order ${id}`,
    url: `/orders/${id}`,
    to: ['ann'],
    // A transaction that is tried again publishes once.
    key: `order-${id}-placed`,
  });
  await client.query('COMMIT');
} catch (error) {
  await client.query('ROLLBACK');
  throw error;
} finally {
  await client.end();
}
