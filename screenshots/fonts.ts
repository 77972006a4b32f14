import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the pictures are taken with, by Debian's package and a path of its. */
const fonts = {
  'fonts-inter': '/usr/share/fonts/opentype/inter',
  'fonts-jetbrains-mono': '/usr/share/fonts/truetype/jetbrains-mono',
  'fonts-noto-cjk': '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
};

/** Brings the fonts where that can be done, on Debian as root; elsewhere a picture shows what there is. */
export function installFonts(): void {
  const missing = Object.entries(fonts).filter(([, path]) => !existsSync(path));
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name);
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    console.log(
      `Without ${names.join(', ')} the pictures look different. On Debian: apt-get install ${names.join(' ')}`,
    );
    return;
  }
  console.log(`Installing ${names.join(', ')} …`);
  const options = { stdio: 'ignore' } as const;
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], options);
}

/**
 * Writes a file for fontconfig that makes them what `system-ui` and the like stand for.
 * @returns its path, for `FONTCONFIG_FILE`.
 */
export function writeFontConfig(folder: string): string {
  const path = join(folder, 'fonts.conf');
  const families = {
    'system-ui': ['Inter', 'Noto Sans CJK KR'],
    'sans-serif': ['Inter', 'Noto Sans CJK KR'],
    'ui-monospace': ['JetBrains Mono'],
    monospace: ['JetBrains Mono'],
  };
  const matches = Object.entries(families).map(
    ([generic, names]) =>
      `<match target="pattern"><test name="family"><string>${generic}</string></test>` +
      `<edit name="family" mode="prepend" binding="strong">${names.map((name) => `<string>${name}</string>`).join('')}</edit></match>`,
  );
  writeFileSync(
    path,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
    <include ignore_missing="yes">/etc/fonts/fonts.conf</include>${matches.join('')}</fontconfig>`,
  );
  return path;
}
