import { readFileSync, writeFileSync } from 'node:fs';

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Resident memory of a process in KiB. */
export function rssKiB(pid: number): number {
  return field(pid, 'VmRSS');
}

/** Lets `peakRssKiB` begin again. */
export function resetPeakRss(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The most resident memory of a process since `resetPeakRss`, in KiB. */
export function peakRssKiB(pid: number): number {
  return field(pid, 'VmHWM');
}

/** CPU seconds that a process has used, all its threads and both modes. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold spaces; utime and stime are the 14th and 15th field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function field(pid: number, name: string): number {
  const [, value] =
    new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(value);
}
