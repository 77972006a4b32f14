import type { Client, ConnectionState, ConnectOptions, Counts } from '../client.ts';
import { connect } from '../connect.ts';
import type { BellActions } from './actions.ts';
import type { AnyNotification } from './any-notification.ts';
import { BellController } from './bell-controller.ts';
import type { BellEvents } from './bell-events.ts';
import { type BellView, createBellView } from './bell-view.ts';
import { Credentials } from './credentials.ts';
import { destinationOf } from './destination.ts';
import { explainFailures } from './explain.ts';
import { hrefAttribute } from './href.ts';
import { Languages } from './languages.ts';
import type { SomeMessages } from './messages.ts';
import { BaseElement } from './html-element.ts';
import { type Badge, type BellModel, firstModel } from './model.ts';
import { speakChange } from './speak.ts';
import type { Words } from './words.ts';

export type { BellEvents };

/** Properties that a page may have set before this class was there. */
const properties = ['client', 'token', 'getTicket', 'messages', 'badge', 'src'] as const;
const badges: readonly string[] = ['unseen', 'unread', 'dot', 'none'] satisfies Badge[];

/**
 * A bell: `<carillon-bell src="https://notify.example.com"></carillon-bell>`.
 *
 * Without a framework: it has one screen with eight states and one list, which need a `setChildren` of ten lines; a
 * page that embeds it pays for nothing else, and there is nobody else's release to wait for.
 */
export class CarillonBell extends BaseElement {
  static readonly observedAttributes = ['src', 'badge', 'lang', 'user', 'page-size', 'href'];

  readonly #credentials = new Credentials(() => this.#restart());
  #messages: SomeMessages = {};
  /** The page's own client, which it closes itself. */
  #givenClient: Client | undefined;
  #ownClient: Client | undefined;
  /** One of the two. */
  #client: Client | undefined;
  readonly #controller = new BellController('unseen', (model) => this.#draw(model));
  #view: BellView | undefined;
  #model: BellModel = firstModel;
  #words: Words | undefined;
  readonly #languages = new Languages(() => this.#draw(this.#model));
  #stops: (() => void)[] = [];
  #isStarting = false;
  #arrived = 0;

  /** Carillon's address; unless given, where this script came from. */
  get src(): string {
    return this.getAttribute('src') ?? new URL('.', import.meta.url).href;
  }
  set src(value: string) {
    this.setAttribute('src', value);
  }

  get badge(): Badge {
    const value = this.getAttribute('badge') ?? '';
    return badges.includes(value) ? (value as Badge) : 'unseen';
  }
  set badge(value: Badge) {
    this.setAttribute('badge', value);
  }

  /** As `ConnectOptions` has it. Without this and `getTicket`, the cookie says who is asking. */
  get token(): ConnectOptions['token'] {
    return this.#credentials.token;
  }
  set token(value: ConnectOptions['token']) {
    this.#credentials.token = value;
  }

  get getTicket(): ConnectOptions['getTicket'] {
    return this.#credentials.getTicket;
  }
  set getTicket(value: ConnectOptions['getTicket']) {
    this.#credentials.getTicket = value;
  }

  /** A client that the page has already: the bell shows what that one knows, and connects to nothing itself. */
  get client(): Client | undefined {
    return this.#client;
  }
  set client(value: Client | undefined) {
    if (value === this.#givenClient) return;
    this.#givenClient = value;
    this.#restart();
  }

  /** Texts of your own, or those of another language; what is missing stays as it was. */
  get messages(): SomeMessages {
    return this.#messages;
  }
  set messages(value: SomeMessages) {
    if (value === this.#messages) return;
    this.#messages = value;
    this.#draw(this.#model);
  }

  get counts(): Counts | undefined {
    return this.#client?.counts;
  }

  get state(): ConnectionState | undefined {
    return this.#client?.state;
  }

  /** Opens the panel. */
  open(): void {
    this.#view?.open();
  }

  /** Closes the panel. */
  close(): void {
    this.#view?.close();
  }

  /** Connects at once: call it when somebody has signed in. */
  reconnect(): void {
    this.#client?.reconnect();
  }

  connectedCallback(): void {
    for (const name of properties) this.#upgrade(name);
    this.#view ??= createBellView(
      this.shadowRoot ?? this.attachShadow({ mode: 'open', delegatesFocus: true }),
      {
        actions: this.#actions(),
        hrefOf: (notification) => this.#hrefOf(notification),
        onToggle: (isOpen) => this.#controller.opened(isOpen),
        onApproach: () => this.#controller.prepare(),
      },
    );
    this.#draw(this.#model);
    if (this.#client === undefined) this.#restart();
    // Moved within the page: the browser has closed the panel.
    else if (this.#controller.isOpen) this.open();
  }

  /** Called instead of the other two when a page moves the bell by `moveBefore`, which keeps all its state. */
  connectedMoveCallback(): void {
    this.#draw(this.#model);
  }

  disconnectedCallback(): void {
    // A bell that is moved is connected again in the same task, and keeps its connection.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#stop();
      this.#controller.stop();
    });
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    if (name === 'lang') {
      this.#draw(this.#model);
    } else if (name === 'badge') {
      this.#controller.badge = this.badge;
    } else if (name === 'href') {
      this.#controller.refresh();
    } else {
      // Another user has other notifications, and must not see these for a moment.
      if (name === 'user') this.#controller.forget();
      this.#restart();
    }
  }

  /** A property that was set before the class was there hides the one of the class. */
  #upgrade(name: (typeof properties)[number]): void {
    if (!Object.hasOwn(this, name)) return;
    const value: unknown = this[name];
    Reflect.deleteProperty(this, name);
    Reflect.set(this, name, value);
  }

  /** Connects again, once for all that is set in one task. The panel stays as it is. */
  #restart(): void {
    if (this.#isStarting || !this.isConnected) return;
    this.#isStarting = true;
    queueMicrotask(() => {
      this.#isStarting = false;
      if (!this.isConnected) return;
      this.#stop();
      this.#start();
    });
  }

  #start(): void {
    const client = this.#givenClient ?? (this.#ownClient = connect(this.#options()));
    this.#client = client;
    this.#stops = [
      client.on('notification', ({ notification }) => this.#onArrival(notification)),
      // A frame whose number is its notification's own brings something new; any other changes its state or its text.
      client.on('updated', ({ seq, notification }: { seq: number; notification: AnyNotification }) => {
        if (notification.seq === seq) this.#onArrival(notification);
      }),
      client.on('counts', (counts) => this.#tell('carillon-counts', counts)),
      client.on('state', (state) => this.#tell('carillon-state', state)),
      explainFailures(client, this.src, this.#options().withCredentials === true),
    ];
    this.#controller.use(client);
  }

  #stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#view?.announcer.stop();
    this.#ownClient?.close();
    this.#ownClient = undefined;
    this.#client = undefined;
  }

  #options(): ConnectOptions {
    const user = this.getAttribute('user');
    const pageSize = Number(this.getAttribute('page-size'));
    return {
      url: this.src,
      ...this.#credentials.options(),
      ...(user !== null && { user }),
      ...(pageSize > 0 && { pageSize }),
    };
  }

  #draw(model: BellModel): void {
    const before = this.#model;
    this.#model = model;
    if (this.#view === undefined) return;
    this.#words = this.#languages.speak(this.#language(), this.#messages, this.src);
    this.#view.update(model, this.#words, this.#words.language);
    speakChange(this.#view.announcer, before, model, this.#words);
  }

  /** Its own, or that of the page around it, or the browser's. */
  #language(): string {
    return this.closest('[lang]:not([lang=""])')?.getAttribute('lang') ?? navigator.language;
  }

  #hrefOf(notification: AnyNotification): string | undefined {
    const own = this.getAttribute(hrefAttribute(notification.type));
    return destinationOf(notification, own, this.getAttribute('href'), this.baseURI);
  }

  #onArrival(notification: AnyNotification): void {
    this.#tell('carillon-notification', { notification });
    this.#arrived += 1;
    this.#controller.ring();
    this.#view?.announcer.say('arrived', () => {
      const count = this.#arrived;
      this.#arrived = 0;
      return this.#words?.count(this.#words.messages.arrived, count) ?? '';
    });
  }

  #tell<T extends keyof BellEvents>(type: T, detail: BellEvents[T]['detail'], isCancelable = false): boolean {
    return this.dispatchEvent(
      new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: isCancelable }),
    );
  }

  #actions(): BellActions {
    const controller = this.#controller;
    return {
      close: () => this.close(),
      filterBy: (filter) => controller.filterBy(filter),
      markAllRead: () => controller.markAllRead(),
      follow: (notification, click) => this.#follow(notification, click),
      setRead: (notification, isRead) => controller.setRead(notification, isRead),
      setArchived: (notification, isArchived) => controller.setArchived(notification, isArchived),
      mute: (notification) => controller.mute(notification),
      openSettings: () => controller.openSettings(),
      closeSettings: () => controller.closeSettings(),
      setPreference: (name, preference) => controller.setPreference(name, preference),
      unmute: (topic) => controller.unmute(topic),
      unblock: (userId) => controller.unblock(userId),
      showHeldBack: () => controller.showHeldBack(),
      loadMore: () => controller.loadMore(),
      retry: () => controller.retry(),
      undo: () => controller.undo(),
    };
  }

  #follow(notification: AnyNotification, click: MouseEvent): void {
    if (notification.readAt === null) this.#controller.setRead(notification, true);
    // Into a new tab or window the browser leads, as with every link.
    const isPlain =
      click.button === 0 && !click.ctrlKey && !click.metaKey && !click.shiftKey && !click.altKey;
    if (!isPlain) return;
    const href = this.#hrefOf(notification);
    const mayGo = this.#tell('carillon-open', { notification, href }, true);
    if (!mayGo) click.preventDefault();
    if (!mayGo || href !== undefined) this.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'carillon-bell': CarillonBell;
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- The page's listeners get the bell's events typed.
  interface HTMLElementEventMap extends BellEvents {}
}
