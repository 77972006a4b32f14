import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { operations } from '../../src/http/openapi/operations.ts';
import { createCarillon } from '../../src/index.ts';
import { openPage } from '../support/chromium.ts';
import { startServer, temporaryFolder } from '../support/server.ts';

/** Opens `/docs` below `base`. @returns the page, and what it did wrong or asked another host for so far */
async function openApiPage(base: string): Promise<{ page: Page; faults: string[] }> {
  const page = await openPage({ viewport: { width: 1280, height: 900 } });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/^(?:error|warning)$/.test(message.type())) faults.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith('data:') && new URL(request.url()).origin !== new URL(base).origin)
      faults.push(`asked for ${request.url()}`);
  });
  await page.exposeFunction('addFault', (fault: string) => faults.push(fault));
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (e) => addFault(e.violatedDirective + ' ' + e.blockedURI))`,
  );
  await page.goto(`${base}/docs`);
  await page.locator('.opblock').first().waitFor();
  return { page, faults };
}

/** Unfolds an operation. */
async function unfold(page: Page, id: string) {
  const operation = page.locator(`.opblock[id$="-${id}"]`);
  await operation.locator('.opblock-summary-control').click();
  await operation.locator('.responses-table').first().waitFor();
  return operation;
}

test('the page shows every operation under a strict policy, and asks no other host', async () => {
  const server = await startServer();
  const { page, faults } = await openApiPage(server.url);
  await expect.poll(() => page.locator('.opblock').count()).toBe(operations.length);

  const stream = await unfold(page, 'stream');
  expect(await stream.locator('.try-out__btn').count()).toBe(0);
  const list = await unfold(page, 'listNotifications');
  expect(await list.locator('.try-out__btn').count()).toBe(1);
  // Descriptions are shown as text, code as code.
  const descriptions = list.locator('.parameters .renderedMarkdown');
  expect((await descriptions.allTextContents()).join(' ')).not.toMatch(/[`<>]/);
  expect(await descriptions.locator('code').first().textContent()).toBe('archived');
  expect(faults).toEqual([]);
});

test('what is tried out goes to where Carillon is mounted, with the token of the dialogue', async () => {
  const carillon = await createCarillon({
    database: `file:${join(temporaryFolder(), 'carillon.db')}`,
    jwtSecret: 'x'.repeat(32),
    operatorToken: 'o'.repeat(32),
    apiPage: true,
  });
  onTestFinished(() => carillon.close());
  const server = createServer(express().use('/carillon', carillon.handler)).listen(0, '127.0.0.1');
  onTestFinished(() => server.closeAllConnections());
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/carillon`;

  const { page, faults } = await openApiPage(base);
  await page.locator('.btn.authorize').click();
  const dialogue = page.locator('.auth-container', { hasText: 'OPERATOR_TOKEN' });
  await dialogue.locator('input').fill('o'.repeat(32));
  await dialogue.locator('.authorize').click();
  await page.locator('.close-modal').click();

  const operation = await unfold(page, 'exportUser');
  await operation.locator('.try-out__btn').click();
  await operation.locator('input').first().fill('ann');
  const asked = page.waitForResponse(`${base}/users/ann/export`);
  await operation.locator('.execute').click();
  expect((await asked).status()).toBe(200);
  await operation.locator('.live-responses-table .response').waitFor();
  expect(faults).toEqual([]);
});
