/**
 * Colours, and what every part has in common. What a host page may set begins with `--carillon-`; the page's own
 * `color-scheme` chooses between light and dark.
 */
export const base = /* css */ `
:host {
  --accent: var(--carillon-accent, light-dark(#85590c, #dcae55));
  --on-accent: var(--carillon-on-accent, light-dark(#fff, #1b1303));
  --badge: var(--carillon-badge, var(--accent));
  --on-badge: var(--carillon-on-badge, var(--on-accent));
  --surface: var(--carillon-surface, light-dark(#fff, #1a1d23));
  --text: var(--carillon-text, light-dark(#1d1b18, #ece9e4));
  --muted: var(--carillon-muted, light-dark(#66615a, #a6a29b));
  --line: var(--carillon-line, light-dark(#e6e2dc, #33363d));
  --hover: color-mix(in srgb, var(--surface), var(--text) 5%);
  --warning: var(--carillon-warning, light-dark(#9a4b00, #f0a860));
  --radius: var(--carillon-radius, 12px);
  --font: var(--carillon-font, system-ui, sans-serif);
  display: inline-block;
  position: relative;
  vertical-align: middle;
}
:host([hidden]) { display: none; }
:host([theme='light']) { color-scheme: light; }
:host([theme='dark']) { color-scheme: dark; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
button {
  font: inherit;
  color: inherit;
  background: none;
  border: 0;
  padding: 0;
  margin: 0;
  cursor: pointer;
  -webkit-tap-highlight-color: transparent;
}
svg {
  width: 20px;
  height: 20px;
  fill: none;
  stroke: currentColor;
  stroke-width: 1.7;
  stroke-linecap: round;
  stroke-linejoin: round;
  flex: none;
}
:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: -2px;
}
h2, p, .connection > span, .undo-text { unicode-bidi: plaintext; }
.hidden-text {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@media (forced-colors: active) {
  :host {
    --accent: Highlight;
    --on-accent: HighlightText;
    --badge: Highlight;
    --on-badge: HighlightText;
    --line: CanvasText;
    --warning: CanvasText;
    --muted: CanvasText;
  }
}
`;
