import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Languages, textNameOf } from '../../../src/client/bell/languages.ts';
import { en } from '../../../src/client/bell/languages/en.ts';
import type { Messages } from '../../../src/client/bell/messages.ts';

const src = 'https://notify.example.com/';
const minute = 60_000;

/** Answers requests as Carillon does, from its files; `isAway` while it cannot be reached. */
function stubServer(changed: (texts: Record<string, unknown>) => object = (texts) => texts) {
  const server = { asked: [] as string[], isAway: false };
  vi.stubGlobal('fetch', (url: string) => {
    server.asked.push(url);
    if (server.isAway) return Promise.reject(new TypeError('Failed to fetch'));
    const name = /carillon-bell\/(.+)\.json$/.exec(url)?.[1] ?? '';
    const file = readFileSync(`src/client/bell/languages/${name}.json`, 'utf8');
    return Promise.resolve(Response.json(changed(JSON.parse(file) as Record<string, unknown>)));
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return server;
}

test('texts are fetched once, when they are needed; until they are there all is English', async () => {
  const server = stubServer();
  const changed = vi.fn();
  const languages = new Languages(changed);
  const before = languages.speak('fr-CA', {}, src);
  expect([before.language, before.messages.all, before.ago(0, 5 * minute)]).toEqual([
    'en',
    'All',
    '5 min. ago',
  ]);
  await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
  const after = languages.speak('fr-CA', {}, src);
  expect([after.language, after.messages.all]).toEqual(['fr-CA', 'Toutes']);
  expect(after.ago(0, 5 * minute)).toMatch(/^il y a 5\smin$/);
  expect(languages.speak('fr-CA', {}, src)).not.toBe(before);
  expect(server.asked).toEqual(['https://notify.example.com/carillon-bell/fr.json']);
});

test('a language without texts is English as a whole: its tag, its sentences, and its times', () => {
  const server = stubServer();
  const finnish = new Languages(() => undefined).speak('fi', {}, src);
  expect([finnish.language, finnish.messages, finnish.ago(0, 5 * minute)]).toEqual(['en', en, '5 min. ago']);
  expect(server.asked).toEqual([]);
});

test('an application that brings a language has the times of that language as well', () => {
  const messages: Messages = { ...en, title: 'Ilmoitukset', all: 'Kaikki' };
  const finnish = new Languages(() => undefined).speak('fi', messages, src);
  expect([finnish.language, finnish.messages.all]).toEqual(['fi', 'Kaikki']);
  expect(finnish.ago(0, 5 * minute)).toBe('5 min sitten');
});

test('an application says some things in its own words, and the rest stays as it was', () => {
  const own = { title: 'Inbox', types: { SALE: '{actor} sells {report}', other: '?' } };
  const { messages, language } = new Languages(() => undefined).speak('en-GB', own, src);
  expect([language, messages.title, messages.all]).toEqual(['en-GB', 'Inbox', 'All']);
  expect(messages.types['SALE']).toBe('{actor} sells {report}');
  expect(messages.types['NEW_COMMENT_ON_REPORT']).toBe(en.types['NEW_COMMENT_ON_REPORT']);
});

test('texts that could not be had are asked for again, but not at once', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const server = stubServer();
  const languages = new Languages(() => undefined);
  const speak = async () => {
    languages.speak('ja', {}, src);
    await vi.advanceTimersByTimeAsync(0);
    return languages.speak('ja', {}, src).language;
  };
  server.isAway = true;
  expect([await speak(), await speak()]).toEqual(['en', 'en']);
  expect(server.asked).toHaveLength(1);
  server.isAway = false;
  vi.advanceTimersByTime(minute);
  expect(await speak()).toBe('ja');
});

test('texts of an older server that lack a sentence are not mixed with English ones', async () => {
  const server = stubServer(({ undo: _, ...rest }) => rest);
  const languages = new Languages(() => undefined);
  languages.speak('it', {}, src);
  await vi.waitFor(() => expect(server.asked).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve));
  expect(languages.speak('it', {}, src).messages).toEqual(en);
});

test('nothing is made again while nothing has changed', () => {
  const languages = new Languages(() => undefined);
  const own = {};
  const words = languages.speak('en', own, src);
  expect(languages.speak('en', own, src)).toBe(words);
  expect(languages.speak('en', { title: 'Inbox' }, src)).not.toBe(words);
});

test.each([
  ['de-AT', 'de'],
  ['pt-BR', 'pt'],
  ['zh', 'zh'],
  ['zh-CN', 'zh'],
  ['zh-TW', 'zh-Hant'],
  ['zh-HK', 'zh-Hant'],
  ['zh-Hant-SG', 'zh-Hant'],
  ['en-IN', 'en'],
  ['fi', undefined],
])('%s has the texts of %s', (tag, name) => {
  expect(textNameOf(tag)).toBe(name);
});

test.each(['', 'x', 'no such language', '--', '한국어'])(
  '%j, which is no language, is English',
  (language) => {
    const words = new Languages(() => undefined).speak(language, {}, src);
    expect([words.language, words.messages]).toEqual(['en', en]);
  },
);
