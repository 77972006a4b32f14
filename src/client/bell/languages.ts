import { en } from './languages/en.ts';
import type { Messages, SomeMessages } from './messages.ts';
import { type Words, wordsOf } from './words.ts';

/** The languages that Carillon has texts of, beside English, which is built in: `languages/<name>.json`. */
export const textNames = ['ar', 'de', 'es', 'fr', 'it', 'ja', 'ko', 'pt', 'zh', 'zh-Hant'] as const;
export type TextName = (typeof textNames)[number];

/** Texts that could not be loaded are asked for again after this. */
const againMs = 30_000;
const timeoutMs = 30_000;

/**
 * What a bell says, in which language. Texts are fetched from Carillon when a page first needs them: they are data, so
 * a page that allows or pins one script need not allow another one.
 */
export class Languages {
  readonly #changed: () => void;
  readonly #loaded = new Map<TextName, Messages>();
  /** When the texts were last asked for: Unix milliseconds. */
  readonly #askedAt = new Map<TextName, number>();
  #words: Words | undefined;
  #key: readonly unknown[] = [];

  /** @param changed called when texts have arrived: `speak` now answers in their language. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /**
   * @param asked a BCP 47 tag. Without texts of this language, and until they are there, everything is English: a
   *   sentence and the time in it are always of one language.
   * @param own what the application says instead. When this is most of the texts, it is in the language that was asked for.
   * @param src Carillon's address.
   * @returns the same object while nothing has changed.
   */
  speak(asked: string, own: SomeMessages, src: string): Words {
    const tag = supported(asked);
    const name = textNameOf(tag);
    const texts = name === 'en' ? en : name && this.#textsOf(name, src);
    const key = [tag, own, texts];
    if (this.#words !== undefined && key.every((part, i) => part === this.#key[i])) return this.#words;
    this.#key = key;
    const known = texts ?? en;
    const messages = { ...known, ...own, types: { ...known.types, ...own.types } };
    return (this.#words = wordsOf(texts !== undefined || isMost(own) ? tag : 'en', messages));
  }

  #textsOf(name: TextName, src: string): Messages | undefined {
    const texts = this.#loaded.get(name);
    const isWaiting = Date.now() - (this.#askedAt.get(name) ?? -Infinity) < againMs;
    if (texts === undefined && !isWaiting) void this.#load(name, src);
    return texts;
  }

  async #load(name: TextName, src: string): Promise<void> {
    this.#askedAt.set(name, Date.now());
    const texts = await fetchTexts(`${src.replace(/\/+$/, '')}/carillon-bell/${name}.json`);
    if (texts === undefined) return;
    this.#loaded.set(name, texts);
    this.#changed();
  }
}

/** Which texts a language has; undefined when there are none. `zh-TW` is written like `zh-Hant`. */
export function textNameOf(tag: string): TextName | 'en' | undefined {
  const { language, script = '' } = new Intl.Locale(tag).maximize();
  const names: readonly string[] = ['en', ...textNames];
  const name = [`${language}-${script}`, language].find((one) => names.includes(one));
  return name as TextName | 'en' | undefined;
}

/** The tag as `Intl` writes it; English for what `Intl` does not know. */
function supported(language: string): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf(language)[0] ?? 'en';
  } catch {
    return 'en'; // The page's `lang` is no language tag.
  }
}

/** @returns undefined when they cannot be had, or are those of an older bell and lack a text. */
async function fetchTexts(url: string): Promise<Messages | undefined> {
  try {
    const response = await fetch(url, { credentials: 'omit', signal: AbortSignal.timeout(timeoutMs) });
    const texts: unknown = response.ok ? await response.json() : undefined;
    return isWhole(texts) ? texts : undefined;
  } catch {
    return undefined; // English will do until the next attempt.
  }
}

function isWhole(texts: unknown): texts is Messages {
  return typeof texts === 'object' && texts !== null && Object.keys(en).every((key) => key in texts);
}

function isMost(own: SomeMessages): boolean {
  return Object.keys(own).length > Object.keys(en).length / 2;
}
