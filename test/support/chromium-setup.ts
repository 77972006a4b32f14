import { chromiumPath } from './launch-chromium.ts';
import { bring } from './debian.ts';

/** Before all tests: brings Chromium where that can be done; elsewhere says what to do. */
export default function setup(): void {
  bring(chromiumPath, 'chromium', 'CHROMIUM');
}
