import { z } from 'zod';

/** An id that Carillon gave: to callers an opaque string, inside a UUIDv7 (RFC 9562, section 5.7), which sorts by age. */
export const Id = z
  .string()
  .regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    'Not an id that Carillon gave.',
  );

/** Shaped like ids: these sort before and behind every id. */
export const leastId = '00000000-0000-0000-0000-000000000000';
export const greatestId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
