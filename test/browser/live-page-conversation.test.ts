import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startServer } from '../support/server.ts';
import { until } from '../support/wait.ts';
import { expectNoViolations } from './axe.ts';
import { expectText, useBrowser } from './bell-page.ts';

const openContext = useBrowser();

async function open(): Promise<Page> {
  const server = await startServer();
  const page = await (await openContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await page.goto(server.url);
  await page.locator('#state[data-status=live]').waitFor();
  return page;
}

async function write(page: Page, text: string): Promise<void> {
  await page.locator('#body').fill(text);
  await page.locator('#body').press('Enter');
}

test('bob mentions, replies, edits, and deletes; ann sees each of it, and what is deleted vanishes', async () => {
  const page = await open();
  const comments = page.locator('#comments li');
  const heard = page.locator('#heard li');
  await page.getByRole('button', { name: '@Ann' }).click();
  expect(await page.getByRole('button', { name: '@Ann' }).getAttribute('aria-pressed')).toBe('true');
  await page.locator('#body').press('End');
  await page.locator('#body').pressSequentially('have you read it?');
  await page.locator('#body').press('Enter');
  await expectText(heard, '@Ann have you read it?');
  // Why, in the bell: because she is mentioned.
  await page
    .locator('carillon-bell')
    .getByRole('button', { name: /^Notifications/ })
    .click();
  await expectText(page.locator('carillon-bell [part~=item]'), 'because you are mentioned');
  await page.keyboard.press('Escape');

  await comments.first().getByRole('button', { name: 'Reply' }).click();
  await expectText(page.locator('#composing'), 'Replying to Bob');
  await write(page, 'I mean the second one.');
  await expectText(page.locator('#comments li.reply'), 'I mean the second one.');
  await expectText(heard, 'I mean the second one.');

  await comments.last().getByRole('button', { name: 'Edit' }).click();
  expect(await page.locator('#body').inputValue()).toBe('I mean the second one.');
  await write(page, 'I mean the third one.');
  await expectText(comments, 'I mean the third one.');
  await expectText(heard, 'I mean the third one.');
  await expectNoViolations(page, 'the live page with a conversation');

  await comments.last().getByRole('button', { name: 'Delete' }).click();
  await until('it to be gone on both sides', async () => {
    const texts = [...(await comments.allTextContents()), ...(await heard.allTextContents())];
    return texts.length === 2 && texts.every((text) => !text.includes('third'));
  });
  await expectText(page.locator('.frame'), 'notification.removed');
});

test('the shop publishes, and ann hears of it', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Publish as the shop' }).click();
  await expectText(page.locator('#heard li'), 'Your order is on its way');
  await expectText(page.locator('#outcome'), '201 in');
});
