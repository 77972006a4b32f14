import type { ClientEvents } from './client.ts';

/** Tells listeners what happened. One that throws keeps no other from hearing it; its error goes where uncaught ones go. */
export class Emitter {
  readonly #target = new EventTarget();

  on<T extends keyof ClientEvents>(type: T, listener: (event: ClientEvents[T]) => void): () => void {
    // A function of its own, so that one listener may be there twice and each end its own.
    const own = (event: Event) => listener((event as CustomEvent<ClientEvents[T]>).detail);
    this.#target.addEventListener(type, own);
    return () => this.#target.removeEventListener(type, own);
  }

  emit<T extends keyof ClientEvents>(type: T, detail: ClientEvents[T]): void {
    this.#target.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
