import { arch, availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** What the figures were measured on: without it they say nothing. */
export function describeMachine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()} ${arch()}`,
    node: process.version,
    /** Of the minute before; what else the machine did shows here. */
    loadAverage: loadavg()[0] ?? 0,
  };
}
export type Machine = ReturnType<typeof describeMachine>;

/** In a line, such as "2 cores, 24 GiB, Node v26.10.0". */
export function machineLine({ cores, memoryGiB, node }: Machine): string {
  return `${cores} cores, ${memoryGiB} GiB, Node ${node}`;
}

/** Where figures come from, and whether something else was going on there. */
export function sourceOf(machine: Machine): string {
  const { cores, loadAverage } = machine;
  const source = `${machineLine(machine)}, load ${loadAverage.toFixed(1)} before; ${new Date().toISOString().slice(0, 10)}.`;
  if (loadAverage < cores / 2) return source;
  return `${source}\n**The machine was busy with other things as well**: rates are lower and times longer than it could do,\nby far; memory, bytes, and counts are as they are.`;
}
