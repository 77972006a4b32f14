import type { Bar, ScenarioResult } from './result.ts';

const width = 780;
const labelWidth = 250;
const valueWidth = 90;
const barHeight = 22;
const rowHeight = 32;
const top = 76;
const plotWidth = width - labelWidth - valueWidth;

/** Brass for Carillon, greys with a little warmth for everybody else; by day on paper, by night on blue-black. */
const style = `
    text { font: 13px system-ui, sans-serif; fill: #4a463f; }
    .title { font-size: 18px; font-weight: 600; fill: #1f1d1a; }
    .carillon { fill: #a8741a; } .peer { fill: #b9b3a8; }
    text.carillon { font-weight: 600; fill: #8a5d0f; }
    .value { paint-order: stroke; stroke: #fff; stroke-width: 5px; } /* the ceiling must not cross it */
    .ceiling { stroke: #1f1d1a; stroke-width: 1.5; stroke-dasharray: 4 3; }
    @media (prefers-color-scheme: dark) {
      text { fill: #b8b3a8; } .title { fill: #f0ece4; }
      .carillon { fill: #d6a24a; } .peer { fill: #5d5a56; }
      text.carillon { fill: #e3b766; }
      .value { stroke: #0d1117; }
      .ceiling { stroke: #f0ece4; }
    }`;

/** Draws a scenario's chart: horizontal bars with their values, the ceiling as a line across them. */
export function chartOf({ title, bars, unit, better }: ScenarioResult, footnote: string): string {
  const ceiling = bars.find(({ kind }) => kind === 'ceiling');
  const rows = bars.filter((bar) => bar !== ceiling);
  const most = Math.max(...bars.map(({ value }) => value));
  const scale = (value: number) => (most === 0 ? 0 : (value / most) * plotWidth);
  const bottom = top + rows.length * rowHeight;
  const height = bottom + 48;
  const parts = [
    `<text class="title" x="0" y="24">${escape(title)}</text>`,
    `<text x="0" y="46">${escape(`${unit}, ${better} is better`)}</text>`,
    ...(ceiling === undefined ? [] : [lineAt(ceiling, labelWidth + scale(ceiling.value), bottom, unit)]),
    ...rows.map((bar, i) => barAt(bar, top + i * rowHeight, scale(bar.value), unit)),
    `<text x="0" y="${height - 6}">${escape(footnote)}</text>`,
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(spoken(title, bars, unit))}">
  <style>${style}
  </style>
  ${parts.join('\n  ')}
</svg>
`;
}

function barAt({ label, value, kind }: Bar, y: number, length: number, unit: string): string {
  const baseline = y + barHeight / 2 + 5;
  return [
    `<text class="${kind}-label${kind === 'carillon' ? ' carillon' : ''}" x="${labelWidth - 10}" y="${baseline}" text-anchor="end">${escape(label)}</text>`,
    `<rect class="${kind}" x="${labelWidth}" y="${y}" width="${Math.max(1, length).toFixed(1)}" height="${barHeight}" rx="2"/>`,
    `<text class="value${kind === 'carillon' ? ' carillon' : ''}" x="${(labelWidth + length + 8).toFixed(1)}" y="${baseline}">${format(value)} ${escape(unit)}</text>`,
  ].join('\n  ');
}

function lineAt({ label, value }: Bar, x: number, bottom: number, unit: string): string {
  // The label stays inside the picture on either side.
  const anchor = x > width / 2 ? 'end' : 'start';
  return [
    `<line class="ceiling" x1="${x.toFixed(1)}" y1="${top - 8}" x2="${x.toFixed(1)}" y2="${bottom}"/>`,
    `<text x="${x.toFixed(1)}" y="${top - 14}" text-anchor="${anchor}">${escape(label)} ${format(value)} ${escape(unit)}</text>`,
  ].join('\n  ');
}

function spoken(title: string, bars: readonly Bar[], unit: string): string {
  return `${title}: ${bars.map(({ label, value }) => `${label} ${format(value)} ${unit}`).join(', ')}`;
}

/** Three digits: more are noise. */
function format(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumSignificantDigits: 3 });
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
