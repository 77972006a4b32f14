import { z } from 'zod';
import { text } from './text.ts';

/** A user id: the `sub` of a token. Printable ASCII without spaces, so that it is safe in logs, headers, and keys. */
export const UserId = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, 'Expected 1 to 128 printable ASCII characters without spaces.');

/** A user as others see them. */
export const Person = z.object({ id: UserId, name: text(1, 200) });
export type Person = z.infer<typeof Person>;

/** The same in what others read: who was erased has an id there that no user can have. */
export const ShownPerson = z.object({ id: z.string(), name: z.string() });

/** The authenticated user of a request. */
export type Actor = Person;
