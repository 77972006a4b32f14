import type { Rounds } from '../measure/rounds.ts';
import { median } from '../measure/statistics.ts';
import type { Bar } from '../report/result.ts';
import type { ServerKind } from '../servers/server.ts';

/** The median of what a server's runs gave; undefined when it has none that count. */
export function medianOf<T>(
  rounds: Rounds<T>,
  kind: ServerKind,
  figure: (value: T) => number,
): number | undefined {
  const values = rounds.of(kind).map(figure);
  return values.length === 0 ? undefined : median(values);
}

/** `a` / `b`; undefined when one is missing. */
export function ratio(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

/** A bar for each server that has a figure. */
export function barsOf(
  kinds: readonly ServerKind[],
  figure: (kind: ServerKind) => number | undefined,
): Bar[] {
  return kinds.flatMap((kind) => {
    const value = figure(kind);
    return value === undefined ? [] : [{ label: kind.label, value, kind: roleOf(kind) }];
  });
}

function roleOf({ name }: ServerKind): Bar['kind'] {
  if (name.startsWith('carillon')) return 'carillon';
  return name === 'ceiling' || name === 'express' ? 'ceiling' : 'peer';
}

/** A figure for the table; a dash where there is none. */
export function text(value: number | undefined, digits = 1): string {
  return value === undefined || Number.isNaN(value)
    ? '–'
    : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
