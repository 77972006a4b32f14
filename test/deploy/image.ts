import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Instruction, readDockerfile } from './dockerfile.ts';

/** What a Dockerfile makes, as far as it can be made without a Docker engine. */
export interface Image {
  /** The folder with all files of the last stage. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  /** Such as `1000:1000`. */
  readonly user: string;
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
}

interface Stage {
  readonly root: string;
  folder: string;
}

/**
 * Does what our Dockerfile says, step by step, in `folder`. In the place of the base image there are Node, the libraries
 * that it is linked to, and something with the names of npm; nothing else, not even a shell.
 */
export function buildImage(folder: string): Image {
  const stages = new Map<string, Stage>();
  const environment: Record<string, string> = {};
  let stage: Stage = { root: '', folder: '/' };
  let [user, command, healthCheck]: [string, string[], string[]] = ['', [], []];
  for (const { name, options, text } of readDockerfile('Dockerfile')) {
    switch (name) {
      case 'FROM': {
        const root = join(folder, `stage-${stages.size}`);
        stage = { root, folder: '/' };
        stages.set(/ AS (\w+)$/.exec(text)?.[1] ?? 'last', stage);
        layBase(root);
        break;
      }
      case 'WORKDIR':
        stage.folder = text;
        mkdirSync(join(stage.root, text), { recursive: true });
        break;
      case 'COPY':
        copy(text.split(' '), options, stage, stages);
        break;
      case 'RUN':
        run(text, stage);
        break;
      case 'ENV':
        for (const [, key = '', value = ''] of text.matchAll(/(\w+)=(\S+)/g)) environment[key] = value;
        break;
      case 'USER':
        user = text;
        break;
      case 'CMD':
        command = JSON.parse(text) as string[];
        break;
      case 'HEALTHCHECK':
        healthCheck = JSON.parse(text.replace(/^CMD /, '')) as string[];
        break;
    }
  }
  return { root: stage.root, environment, workingFolder: stage.folder, user, command, healthCheck };
}

function layBase(root: string): void {
  const bin = join(root, 'usr/local/bin');
  mkdirSync(bin, { recursive: true });
  copyFileSync(process.execPath, join(bin, 'node'));
  const linked = execFileSync('ldd', [process.execPath], { encoding: 'utf8' });
  for (const [path] of linked.matchAll(/\/\S+(?= \()/g)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    copyFileSync(path, join(root, path));
  }
  for (const name of ['npm', 'npx']) writeFileSync(join(bin, name), '');
  mkdirSync(join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  for (const empty of ['proc', 'opt', 'tmp']) mkdirSync(join(root, empty));
}

function copy(
  words: readonly string[],
  { from }: Instruction['options'],
  { root, folder }: Stage,
  stages: ReadonlyMap<string, Stage>,
): void {
  const target = words.at(-1) ?? '';
  const isFolder = target.endsWith('/');
  for (const source of words.slice(0, -1)) {
    const other = from === undefined ? undefined : stages.get(from)?.root;
    if (from !== undefined && other === undefined) throw new Error(`There is no stage ${from}.`);
    if (other === undefined && !isInContext(source)) throw new Error(`.dockerignore keeps ${source} out.`);
    const to = join(root, folder, target, isFolder ? basename(source) : '');
    cpSync(join(other ?? '.', source), to, { recursive: true });
  }
}

/** Our .dockerignore keeps everything out but what it names. */
function isInContext(path: string): boolean {
  const lines = readFileSync('.dockerignore', 'utf8').split('\n');
  return lines.includes('*') && lines.includes(`!${path.split('/')[0]}`);
}

/** Runs it here, on the stage's files. */
function run(text: string, { root, folder }: Stage): void {
  const command = text.replaceAll(/(?<=\s)\/(?=usr|opt|data)/g, `${root}/`);
  // The packages may be in npm's cache already, which no Docker build has.
  const env = { ...process.env, npm_config_prefer_offline: 'true' };
  execFileSync('sh', ['-e', '-c', command], { cwd: join(root, folder), env, stdio: 'ignore' });
}
