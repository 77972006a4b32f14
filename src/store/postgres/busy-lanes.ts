import type { StoreParts } from '../../domain/store.ts';
import { GroupCommit, type Work } from '../group-commit.ts';
import { PostgresCommitter } from './committer.ts';
import { Writer } from './writer.ts';

interface BusyLanesParts extends Pick<StoreParts, 'onCommit' | 'onFailure' | 'now'> {
  /** Makes the writer of a lane. */
  readonly createWriter: () => Writer;
}

interface Lane {
  readonly group: GroupCommit;
  readonly writer: Writer;
  pending: number;
}

/**
 * Requests that need a row that another transaction has. Each such row has a lane of its own, a connection that waits for
 * it: only the requests that need the row are held up.
 */
export class BusyLanes {
  readonly #parts: BusyLanesParts;
  readonly #lanes = new Map<string, Lane>();

  constructor(parts: BusyLanesParts) {
    this.#parts = parts;
  }

  /** @param name what is busy. */
  async run(work: Work<unknown>, name: string, cause: string | undefined): Promise<unknown> {
    const lane = this.#lanes.get(name) ?? this.#open(name);
    lane.pending++;
    try {
      return await lane.group.run(work, cause);
    } finally {
      lane.pending--;
      if (lane.pending === 0) await this.#close(name, lane);
    }
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#lanes, ([name, lane]) => this.#close(name, lane)));
  }

  #open(name: string): Lane {
    const writer = this.#parts.createWriter();
    const committer = new PostgresCommitter({ writer, now: this.#parts.now });
    const lane = { group: new GroupCommit(committer, this.#parts), writer, pending: 0 };
    this.#lanes.set(name, lane);
    return lane;
  }

  async #close(name: string, { group, writer }: Lane): Promise<void> {
    this.#lanes.delete(name);
    await group.close();
    await writer.close();
  }
}
