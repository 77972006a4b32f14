import type { Preference, Settings, Watch } from '../choices.ts';
import type { Client } from '../client.ts';
import type { AnyNotification } from './any-notification.ts';
import type { Named, SettingsModel } from './model.ts';
import { withPreference } from './preferences.ts';

/** Most pages of watches that are looked through for muted ones. */
const maxPages = 20;

const loading: SettingsModel = { status: 'loading', inbox: {}, blocked: [], muted: [] };

/** The channel on which bells of one origin tell each other of changes. */
const channel = 'carillon-settings';

/** Tells the other bells of this origin that something was muted. */
export function tellOthers(): void {
  const others = new BroadcastChannel(channel);
  others.postMessage('changed');
  others.close();
}

/** The settings while they are shown. A change in one tab shows in the others. */
export class SettingsPage {
  model: SettingsModel = loading;
  readonly #client: Client;
  readonly #changed: () => void;
  /** Other bells of this origin. */
  readonly #others: BroadcastChannel;

  /** @param changed called when `model` is another one. */
  constructor(client: Client, changed: () => void) {
    this.#client = client;
    this.#changed = changed;
    this.#others = new BroadcastChannel(channel);
    this.#others.onmessage = () => void this.load();
    void this.load();
  }

  close(): void {
    this.#others.close();
  }

  async load(): Promise<void> {
    try {
      const [settings, muted] = await Promise.all([this.#client.settings(), this.#muted()]);
      this.#show({ ...this.#of(settings), muted });
    } catch {
      this.#show({ ...this.model, status: 'failed' });
    }
  }

  async setPreference(name: string, preference: Preference): Promise<void> {
    // What holds unless something is set need not be set.
    const isDefault = name === '*' && preference === 'on';
    await this.#set((present) => withPreference(present, name, isDefault ? undefined : preference));
  }

  async unblock(userId: string): Promise<void> {
    await this.#set((present) => ({
      ...present,
      blocked: present.blocked.filter((id) => id !== userId),
    }));
  }

  async unmute(topic: string): Promise<void> {
    await this.#client.setWatch(topic, 'all').catch(() => this.#client.unsetWatch(topic));
    this.#show({ ...this.model, muted: this.model.muted.filter(({ id }) => id !== topic) });
    this.#others.postMessage('changed');
  }

  async #set(change: (present: Settings) => Settings): Promise<void> {
    const settings = await this.#client.setSettings(change);
    this.#show({ ...this.#of(settings), muted: this.model.muted });
    this.#others.postMessage('changed');
  }

  async #muted(): Promise<readonly Named[]> {
    const all: Watch[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < maxPages && (page === 0 || cursor !== undefined); page++) {
      const { data, nextCursor } = await this.#client.watches(cursor);
      all.push(...data);
      cursor = nextCursor ?? undefined;
    }
    const muted = all.filter(({ level, because }) => level === 'none' && because !== 'denied');
    return muted.map(({ topic, title }) => ({ id: topic, name: title ?? topic }));
  }

  #of({ inbox, blocked }: Settings): Omit<SettingsModel, 'muted'> {
    const known = new Map(
      this.#client.list.items.map(({ actor }: AnyNotification) => [actor?.id, actor?.name]),
    );
    return { status: 'ready', inbox, blocked: blocked.map((id) => ({ id, name: known.get(id) ?? id })) };
  }

  #show(model: SettingsModel): void {
    this.model = model;
    this.#changed();
  }
}
