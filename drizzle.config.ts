import { defineConfig } from 'drizzle-kit';

/** `npm run migrations` makes those of both dialects, each from its own schema. */
const dialect = process.env['DIALECT'] === 'postgres' ? 'postgres' : 'sqlite';

export default defineConfig({
  dialect: dialect === 'postgres' ? 'postgresql' : 'sqlite',
  schema: `./src/store/${dialect}/schema.ts`,
  out: `./migrations/${dialect}`,
});
