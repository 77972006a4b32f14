import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { pgTable, serial, text } from 'drizzle-orm/pg-core';

/*
 * An order and its notification, both or neither. Drizzle's transactions run SQL, so that the function is called by name.
 *
 *   DATABASE_URL=postgres://shop@localhost/shop node with-drizzle.ts
 */

const orders = pgTable('orders', { id: serial().primaryKey(), customer: text().notNull() });
const db = drizzle(process.env['DATABASE_URL'] ?? '');
await db.execute(sql`CREATE TABLE IF NOT EXISTS orders (id serial PRIMARY KEY, customer text NOT NULL)`);

await db.transaction(async (tx) => {
  const [order] = await tx.insert(orders).values({ customer: 'ann' }).returning();
  const activity = {
    type: 'order.placed',
    title: `We have your order ${order?.id ?? 0}`,
    to: [order?.customer],
  };
  await tx.execute(sql`SELECT carillon.publish(${JSON.stringify(activity)}::jsonb)`);
});
await db.$client.end();
