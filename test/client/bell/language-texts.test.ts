import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { textNames } from '../../../src/client/bell/languages.ts';
import { en } from '../../../src/client/bell/languages/en.ts';
import type { Messages, Plural } from '../../../src/client/bell/messages.ts';

const folder = 'src/client/bell/languages';
const textsOf = (name: string) =>
  name === 'en' ? en : (JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')) as Messages);

/** Texts by a name, which are no plurals. */
const named = ['types', 'because', 'hearOf', 'preferences'] as const;
const isPlural = (key: string, value: unknown): value is Plural =>
  typeof value === 'object' && !named.some((one) => one === key);
const namesIn = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted().join();

/** Every text by its path; of a plural the one for any number. */
function textsByPath(messages: Messages): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(messages) as [string, string | Plural][]) {
    if (typeof value === 'string') texts.set(key, value);
    else if (isPlural(key, value)) texts.set(key, value.other);
  }
  for (const key of named) {
    for (const [name, text] of Object.entries(messages[key])) texts.set(`${key}.${name}`, text);
  }
  return texts;
}

function pluralsOf(messages: Messages): [string, Plural][] {
  return Object.entries(messages).filter((entry): entry is [string, Plural] => isPlural(...entry));
}

test('each file is a language that the bell asks for', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  expect(files.map((file) => file.replace('.json', '')).toSorted()).toEqual([...textNames].toSorted());
  expect(textNames.length).toBeGreaterThanOrEqual(10);
});

test.each(textNames)('%s says all that English says, with the same things filled in', (name) => {
  const filledIn = (messages: Messages) =>
    [...textsByPath(messages)].map(([path, text]) => [path, namesIn(text)]).toSorted();
  expect(filledIn(textsOf(name))).toEqual(filledIn(en));
});

test.each(['en', ...textNames])('%s has each plural that its language has, and no other', (name) => {
  const { pluralCategories } = new Intl.PluralRules(name).resolvedOptions();
  for (const [key, plural] of pluralsOf(textsOf(name))) {
    expect([key, ...Object.keys(plural).toSorted()]).toEqual([key, ...pluralCategories.toSorted()]);
    for (const text of Object.values(plural)) expect(['', '{count}']).toContain(namesIn(text));
  }
});

/** Where a plural stands for several numbers, none of them may be lost. */
test.each(['en', ...textNames])('%s tells every number that one of its plurals stands for', (name) => {
  const rules = new Intl.PluralRules(name);
  const numbersOf = (category: string) =>
    Array.from({ length: 200 }, (_, i) => i).filter((i) => rules.select(i) === category);
  for (const [key, plural] of pluralsOf(textsOf(name))) {
    if (key === 'undoLatest') continue; // "the latest" is one, and French says so of 0 and 1.
    for (const [category, text] of Object.entries(plural)) {
      if (numbersOf(category).length > 1)
        expect([key, category, text]).toEqual([key, category, expect.stringContaining('{count}')]);
    }
  }
});

test.each(textNames)('%s is translated as a whole, and written as it is in print', (name) => {
  const english = textsByPath(en);
  for (const [path, text] of textsByPath(textsOf(name))) {
    expect([path, text.trim()]).toEqual([path, text]);
    expect([path, text]).not.toEqual([path, '']);
    expect([path, text]).not.toEqual([path, expect.stringMatching(/'|"|\.\.\./)]);
    const isSame = english.get(path) === text && path !== 'types.other' && text !== 'Notifications';
    expect([path, isSame]).toEqual([path, false]);
  }
});
