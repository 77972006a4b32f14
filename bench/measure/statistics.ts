import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** The value in the middle. @throws RangeError when there is none */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('Nothing has no median.');
  return (lower + upper) / 2;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/**
 * The percentiles of latencies in milliseconds, out of one HDR histogram (microseconds, three digits) that holds every
 * single one: percentiles of parts are never averaged.
 */
export function percentiles(...parts: readonly Float64Array[]): Percentiles {
  const histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: 600_000_000, figures: 3 });
  // A client may see an event a moment before the clock's next tick: 0 has no place in the histogram.
  for (const part of parts) for (const ms of part) histogram.record(Math.max(1, Math.round(ms * 1000)));
  const at = (percentile: number) => histogram.percentile(percentile) / 1000;
  return { p50: at(50), p99: at(99), p999: at(99.9), max: histogram.max / 1000 };
}
