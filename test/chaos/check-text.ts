import type { Report } from './findings.ts';
import type { Publication, Write } from './history.ts';

interface Stored {
  /** As it is called in a finding. */
  readonly name: string;
  readonly said: Write | Publication;
  readonly text: string;
  readonly isGone: boolean;
}

/** What is stored is the last that was said; of what was taken back nothing is left. */
export function checkText({ name, said: { gone, texts }, text, isGone }: Stored, report: Report): void {
  if (gone === 'no' && isGone) report('lost', `${name} was taken back by nobody`);
  if (gone === 'done' && !isGone) report('undead', `${name} was taken back, and the store has it still`);
  if (isGone && text !== '') report('undead', `${name} was taken back, and the store has its text still`);
  if (!isGone && !texts.includes(text)) report('stale', `the store has ${name} as “${text}”`);
}
