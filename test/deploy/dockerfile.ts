import { readFileSync } from 'node:fs';

/** One line of a Dockerfile. */
export interface Instruction {
  /** Such as `COPY`. */
  readonly name: string;
  /** What `--from=` or the like say. */
  readonly options: Readonly<Record<string, string>>;
  /** The rest. */
  readonly text: string;
}

/** Reads a Dockerfile, as far as ours uses what one can say. */
export function readDockerfile(path: string): Instruction[] {
  const joined = readFileSync(path, 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '');
  return joined
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^(\w+) +(.*)$/.exec(line) ?? [];
      if (!known.has(name)) throw new Error(`This test does not know what ${line} does.`);
      const options = Object.fromEntries(
        Array.from(rest.matchAll(/(?<=^| )--([\w-]+)=(\S+) /g), ([, key = '', value = '']) => [key, value]),
      );
      const text = name === 'RUN' ? rest : rest.replaceAll(/(?<=^| )--[\w-]+=\S+ /g, '');
      return { name, options, text };
    });
}

const known = new Set([
  'FROM',
  'WORKDIR',
  'COPY',
  'RUN',
  'ENV',
  'USER',
  'VOLUME',
  'EXPOSE',
  'HEALTHCHECK',
  'CMD',
]);
