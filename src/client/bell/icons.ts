const svg = 'http://www.w3.org/2000/svg';

/** Drawn on 24 × 24, as strokes. */
const paths = {
  bell: [
    'M12 4c-3 0-4.7 2-4.9 5-.2 3.5-.8 5.3-2.6 7.5h15c-1.8-2.2-2.4-4-2.6-7.5-.2-3-1.9-5-4.9-5Z',
    'M12 2.5V4',
    'M10 19.3a2.1 2.1 0 0 0 4 0',
  ],
  check: ['m5 12.5 4.5 4.5L19 7.5'],
  checks: ['m2.5 12.5 4 4 8.5-9', 'm12 15.5 1 1 8.5-9'],
  unread: ['M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10Z'],
  archive: ['M4 5h16v4H4z', 'M5.5 9v10h13V9', 'M10 13h4'],
  unarchive: ['M4 5h16v4H4z', 'M5.5 9v10h13V9', 'M12 16.5v-5', 'm9.5 14 2.5-2.5 2.5 2.5'],
  close: ['m6 6 12 12', 'M18 6 6 18'],
  mute: [
    'M12 4c-3 0-4.7 2-4.9 5-.2 3.5-.8 5.3-2.6 7.5h15c-1.8-2.2-2.4-4-2.6-7.5-.2-3-1.9-5-4.9-5Z',
    'M10 19.3a2.1 2.1 0 0 0 4 0',
    'm4 3.5 16 17',
  ],
  settings: [
    'M4 7h9',
    'M17 7h3',
    'M15 5v4',
    'M4 12h3',
    'M11 12h9',
    'M9 10v4',
    'M4 17h9',
    'M17 17h3',
    'M15 15v4',
  ],
  back: ['M19 12H6', 'm11 6.5-5.5 5.5 5.5 5.5'],
  up: ['M12 19V6', 'm6.5 11 5.5-5.5 5.5 5.5'],
} satisfies Record<string, readonly string[]>;

export type IconName = keyof typeof paths;

/** A picture that says nothing by itself: what it stands on has a name. */
export function icon(name: IconName): SVGSVGElement {
  const picture = document.createElementNS(svg, 'svg');
  picture.setAttribute('viewBox', '0 0 24 24');
  picture.setAttribute('aria-hidden', 'true');
  for (const d of paths[name]) {
    const path = document.createElementNS(svg, 'path');
    path.setAttribute('d', d);
    picture.append(path);
  }
  return picture;
}
