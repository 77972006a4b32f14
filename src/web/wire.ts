import type { Frame } from '../client/client.ts';
import { element } from '../client/bell/dom.ts';
import { RovingFocus } from '../client/bell/rove-focus.ts';
import { find } from './find.ts';

/** Older ones leave: this is a window, not a log. */
const keptFrames = 80;
/** Between two frames that came in one go; one after the other they can be followed with the eye. */
const dripMs = 90;
/** When more than this wait, they come faster, so that the wire is never far behind. */
const patientFrames = 20;

/** The wire: each frame as it came, newest first. */
export class Wire {
  readonly #list = find('frames', HTMLOListElement);
  readonly #focus = new RovingFocus(this.#list);
  readonly #waiting: HTMLLIElement[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ping: HTMLLIElement | undefined;

  show(frame: Frame): void {
    // One line says that the connection is alive; fifty of them say no more.
    if (frame.event === 'ping' && this.#ping !== undefined && this.#ping === this.#list.firstElementChild) {
      const [before, row] = [this.#ping, frameRow(frame)];
      this.#ping = row;
      this.#change(() => before.replaceWith(row));
      return;
    }
    const row = frameRow(frame);
    if (frame.event === 'ping') this.#ping = row;
    this.#push(row);
  }

  /** Marks where the connection was cut, or healed. */
  note(kind: 'cut' | 'healed', text: string): void {
    this.#push(element('li', { class: 'frame-note', 'data-kind': kind }, text));
  }

  #push(row: HTMLLIElement): void {
    this.#waiting.push(row);
    if (this.#timer === undefined) this.#drip();
  }

  /** Eighty frames are one stop for Tab. Until somebody is among them, it is the newest one. */
  #change(change: () => void): void {
    const hadFocus = this.#focus.hasFocus;
    change();
    const stops = [...this.#list.querySelectorAll('summary')].map((main) => ({ main, others: [] }));
    if (!hadFocus) this.#focus.setStops([], false);
    this.#focus.setStops(stops, hadFocus);
  }

  #drip(): void {
    this.#timer = undefined;
    const row = this.#waiting.shift();
    if (row === undefined) return;
    row.classList.add('frame-new');
    this.#change(() => {
      this.#list.prepend(row);
      while (this.#list.children.length > keptFrames) this.#list.lastElementChild?.remove();
    });
    const isHurried =
      this.#waiting.length > patientFrames || matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#timer = setTimeout(() => this.#drip(), isHurried ? 0 : dripMs);
  }
}

function frameRow({ event, id, data, replayed }: Frame): HTMLLIElement {
  const head = element('div', { class: 'frame-head' }, element('span', { class: 'frame-event' }, event));
  if (id !== undefined) head.append(element('span', { class: 'frame-id' }, `id: ${id}`));
  if (replayed) head.append(element('span', { class: 'frame-mark' }, 'replayed'));
  const isStill = event === 'ping' || event === 'sync' || event === 'goodbye';
  // Two lines of it, or all of it for whoever wants to see.
  const preview = element('div', { class: 'frame-data', 'aria-hidden': 'true' }, shortened(data));
  const whole = element('div', { class: 'frame-whole' }, data);
  const details = element('details', {}, element('summary', {}, head, preview), whole);
  return element('li', { class: isStill ? 'frame frame-still' : 'frame' }, details);
}

/** Its number and what was written; a frame of a notification is too long for two lines. */
function shortened(data: string): string {
  return data.replace(
    /^(\{"seq":\d+,).*("excerpt":"(?:[^"\\]|\\.)*").*$/s,
    (_, seq: string, excerpt: string) => `${seq} … ${excerpt} … }`,
  );
}
