import type { Request } from 'express';

/** Whether a proxy says that it asks for somebody else: then neither the address nor `Host` says who asks. */
export function isForwarded({ headers }: Request): boolean {
  return ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => name in headers);
}
