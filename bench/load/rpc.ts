import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

interface Question {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** What a process of its own can be asked to do: one argument, one result, both structured clones. */
export type Methods = Record<string, (argument: never) => unknown>;

/** A process that answers to `M`. */
export interface Worker<M extends Methods> {
  ask<K extends keyof M & string>(
    method: K,
    ...argument: Parameters<M[K]>
  ): Promise<Awaited<ReturnType<M[K]>>>;
  close(): Promise<void>;
}

/** Starts `file` as a process of its own, which calls `answer` with its methods. */
export function startWorker<M extends Methods>(file: URL, nodeOptions: readonly string[] = []): Worker<M> {
  const child = fork(file, { serialization: 'advanced', execArgv: [...nodeOptions] });
  const ask = asker(child);
  return {
    // The types of `M` are those of what the other side serves.
    ask: (method, ...[argument]) => ask(method, argument) as never,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Asks a child process that calls `answer`; rejects when it fails or ends. */
export function asker(child: ChildProcess): (method: string, argument?: unknown) => Promise<unknown> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let count = 0;
  // Whatever else the process sends (a framework's own "ready") is no answer to a question.
  child.on('message', ({ id, result, error }: Answer) => {
    const question = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) question?.resolve(result);
    else question?.reject(new Error(error));
  });
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`The process ended: ${signal ?? code}`));
    waiting.clear();
  });
  return (method, argument) => {
    const question = Promise.withResolvers<unknown>();
    if (!child.connected) throw new Error(`The process that should ${method} has ended.`);
    // Whoever asked may have given up meanwhile, because something else failed.
    question.promise.catch(() => undefined);
    waiting.set(++count, question);
    child.send({ id: count, method, argument } satisfies Question);
    return question.promise;
  };
}

/** Answers what the parent process asks, and ends with it. */
export function answer(methods: Methods): void {
  process.on('message', ({ id, method, argument }: Question) => {
    void (async () => {
      try {
        // What the parent sends is typed where it asks.
        const result: unknown = await methods[method]?.(argument as never);
        process.send?.({ id, result } satisfies Answer);
      } catch (error) {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        process.send?.({ id, error: text } satisfies Answer);
      }
    })();
  });
  process.on('disconnect', () => process.exit());
}
