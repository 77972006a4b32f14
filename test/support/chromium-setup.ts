import type { TestProject } from 'vitest/node';
import { serveChromium } from './launch-chromium.ts';
import { findProgram } from './programs.ts';
import type {} from './provided.ts';

/** Before all tests of a project: starts one Chromium for them. Each test has a profile of its own in it. */
export default async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const path = findProgram('chromium');
  if (path === undefined) return undefined;
  const server = await serveChromium(path);
  provide('chromiumEndpoint', server.wsEndpoint());
  return () => server.close();
}
