import { base } from './base.ts';
import { bell } from './bell.ts';
import { items } from './items.ts';
import { panel } from './panel.ts';

let sheets: readonly CSSStyleSheet[] | undefined;

/** Gives `root` the bell's style sheets, made once for all bells; a policy without 'unsafe-inline' allows them. */
export function adoptStyles(root: ShadowRoot): void {
  sheets ??= [base, bell, panel, items].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  root.adoptedStyleSheets = [...sheets];
}
