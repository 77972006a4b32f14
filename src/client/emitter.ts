import type { ClientEvents } from './client.ts';

type Listener = (event: never) => void;

/** Tells listeners what happened. One that throws keeps no other from hearing it; its error goes where uncaught ones go. */
export class Emitter {
  readonly #listeners = new Map<keyof ClientEvents, Set<Listener>>();

  on<T extends keyof ClientEvents>(type: T, listener: (event: ClientEvents[T]) => void): () => void {
    // A function of its own, so that one listener may be there twice and each end its own.
    const own = (event: ClientEvents[T]) => listener(event);
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(own));
    return () => void listeners.delete(own);
  }

  emit<T extends keyof ClientEvents>(type: T, event: ClientEvents[T]): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        (listener as (event: ClientEvents[T]) => void)(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
