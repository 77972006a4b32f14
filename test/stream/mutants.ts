import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Hub } from '../../src/stream/hub.ts';

/** A fault that somebody might put into the stream engine one day. */
export interface Mutant {
  readonly name: string;
  readonly file: 'hub.ts' | 'offer.ts' | 'stream.ts';
  /** Text that occurs once in the file, and what stands there instead. */
  readonly replace: readonly [string, string];
}

export const mutants: readonly Mutant[] = [
  {
    name: 'the first read comes before the registering',
    file: 'hub.ts',
    replace: [
      'this.#register(stream);\n    void stream.start();',
      'void stream.start().then(() => this.#register(stream));',
    ],
  },
  {
    name: 'an await before going live',
    file: 'stream.ts',
    replace: ['// No `await` from that comparison on', 'await Promise.resolve(); //'],
  },
  {
    name: 'what is beyond the next event is sent all the same',
    file: 'stream.ts',
    replace: ['if (first !== this.#cursor + 1) {', 'if (first <= this.#cursor) {'],
  },
  {
    name: 'only the first event of a commit counts',
    file: 'offer.ts',
    replace: ['const last = first + events.length - 1;', 'const last = first;'],
  },
  {
    name: 'a head that is ahead of the stream is not read up to',
    file: 'stream.ts',
    replace: ["void this.#pull('head');", ';'],
  },
  {
    name: 'what is offered during a read is forgotten',
    file: 'stream.ts',
    replace: ['this.#head = Math.max(this.#head, seq);\n    return', 'return'],
  },
  {
    name: 'a full socket is written to',
    file: 'stream.ts',
    replace: ['this.#blocked = !this.#sink.write(bytes);', 'this.#sink.write(bytes);'],
  },
  {
    name: 'a drained socket does not read on',
    file: 'stream.ts',
    replace: ["if (!this.#pulling && this.#canGoOn()) void this.#pull('slow');", ''],
  },
];

/** The Hub of a copy of the stream engine with that fault in it. */
export async function mutantHub({ file, replace: [from, to] }: Mutant): Promise<typeof Hub> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-mutant-'));
  cpSync('src/stream', join(folder, 'stream'), { recursive: true });
  cpSync('src/domain', join(folder, 'domain'), { recursive: true });
  const path = join(folder, 'stream', file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) throw new Error(`“${from}” does not stand exactly once in ${file}.`);
  writeFileSync(path, source.replace(from, to));
  const module = (await import(pathToFileURL(join(folder, 'stream', 'hub.ts')).href)) as { Hub: typeof Hub };
  return module.Hub;
}
