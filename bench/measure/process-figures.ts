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
  const fields = statOf(pid);
  // utime and stime are the 14th and 15th field.
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** CPU seconds of a process, of those that it has started, and of those that have ended already. */
export function treeCpuSeconds(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.reduce(
    (sum, child) => sum + cpuSeconds(Number(child)),
    endedCpuSeconds(pid) + cpuSeconds(pid),
  );
}

/** CPU seconds of the children that have ended and were waited for. */
function endedCpuSeconds(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}

function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold spaces; what follows it begins with the 3rd field.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function field(pid: number, name: string): number {
  const [, value] =
    new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(value);
}
