import { z } from 'zod';
import { UserId } from '../domain/actor.ts';
import type { InboxEvent, InboxEventType } from '../domain/inbox.ts';

/** One line: a break in it would forge frames. */
const line = z.string().regex(/^[^\r\n\0]*$/);

/** The largest number that a cursor can hold. */
const maxSeq = 999_999_999_999_999;

/** Everything that processes say to each other. Fields that a later version adds are passed over. */
const Message = z.discriminatedUnion('type', [
  /** Consecutive events of one user that were committed together, contents included, so that whoever hears them need not read them. */
  z.object({
    type: z.literal('events'),
    userId: UserId,
    events: z
      .array(
        z.object({
          seq: z.int().positive().max(maxSeq),
          // Not looked up in our own list: while versions are changing, the next one may have a type more.
          type: line.transform((type) => type as InboxEventType),
          data: line,
        }),
      )
      .min(1)
      .refine((events) => events.every(({ seq }, i) => seq === (events[0]?.seq ?? 0) + i)),
    /** What caused them, where requests are traced. */
    causes: z.array(line).optional(),
  }),
  z.object({ type: z.literal('revocation'), userId: UserId, revokedAt: z.int().nonnegative() }),
  /** The process has announced something that was not carried. */
  z.object({ type: z.literal('dropped') }),
]);
export type Message = z.infer<typeof Message>;

/** The message of a user's events, without what the receiver knows anyway. */
export function eventsMessage(
  userId: string,
  events: readonly InboxEvent[],
  causes?: readonly string[],
): Message {
  const told = events.map(({ seq, type, data }) => ({ seq, type, data }));
  return { type: 'events', userId, events: told, ...(causes && { causes: [...causes] }) };
}

/** @param from names the process that says it; without spaces. */
export function encodeMessage(from: string, message: Message): string {
  return `${from} ${JSON.stringify(message)}`;
}

/**
 * The message that another process sent.
 * @param self names this process, which knows already what it announced itself.
 * @returns undefined for its own messages, and for a text that is no message.
 */
export function parseMessage(self: string, text: string): Message | undefined {
  const space = text.indexOf(' ');
  if (text.slice(0, space) === self) return undefined;
  return Message.safeParse(jsonOf(text.slice(space + 1))).data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Which is no message.
  }
}
