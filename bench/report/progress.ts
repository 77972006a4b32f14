/** Says what is being done, and how much of it is done. */
export interface Progress {
  step(what: string): void;
  /** Makes room for something that is printed. */
  clear(): void;
}

const width = 24;

/** A bar in the terminal; a line per step where there is none. */
export function createProgress(steps: number, output: NodeJS.WriteStream): Progress {
  const startMs = performance.now();
  let done = 0;
  return {
    step: (what) => {
      const filled = Math.round((Math.min(done, steps) / Math.max(1, steps)) * width);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
      const seconds = Math.round((performance.now() - startMs) / 1000);
      done++;
      if (output.isTTY) output.write(`\r\x1b[2K${bar} ${String(seconds).padStart(3)} s  ${what}`);
      else output.write(`[${done}/${steps}, ${seconds} s] ${what}\n`);
    },
    clear: () => {
      if (output.isTTY) output.write('\r\x1b[2K');
    },
  };
}
