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
