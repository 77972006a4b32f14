import type { Bus, BusListener } from '../domain/bus.ts';

/** The bus of a process that is alone: it rings only here, and at once. */
export function createInProcessBus(listener: BusListener): Bus {
  return { announce: listener, close: () => Promise.resolve() };
}
