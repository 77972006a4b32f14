import { writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

const inter = '/usr/share/fonts/opentype/inter';
const cjk = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc';

/** The fonts that pictures are taken with, as Debian's packages; elsewhere a picture shows what there is. */
export const fontPackages = ['fonts-inter', 'fonts-jetbrains-mono', 'fonts-noto-cjk'] as const;

export const hasFonts = () => existsSync(inter) && existsSync(cjk);

/**
 * Writes a fontconfig file into `folder` that makes the generic families these fonts.
 * @returns its path, for `FONTCONFIG_FILE`.
 */
export function writeFontConfig(folder: string): string {
  const prefer = (generic: string, ...families: string[]) =>
    `<match target="pattern"><test name="family"><string>${generic}</string></test><edit name="family" mode="prepend" binding="strong">` +
    `${families.map((family) => `<string>${family}</string>`).join('')}</edit></match>`;
  const path = join(folder, 'fonts.conf');
  writeFileSync(
    path,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>` +
      prefer('system-ui', 'Inter', 'Noto Sans CJK KR') +
      prefer('sans-serif', 'Inter', 'Noto Sans CJK KR') +
      prefer('ui-monospace', 'JetBrains Mono') +
      prefer('monospace', 'JetBrains Mono') +
      `</fontconfig>`,
  );
  return path;
}
