import { connect } from '../client/connect.ts';
import type {} from '../client/bell/carillon-bell.ts';
import { ask, pageUrl } from './ask.ts';
import { fillCards } from './cards.ts';
import { clock } from './clock.ts';
import { startConnectionBox } from './connection-box.ts';
import { Cut } from './cut.ts';
import { find } from './find.ts';
import { startHearing } from './hearer.ts';
import { type Identity, type People, samplePeople } from './identities.ts';
import { pastedPeople } from './paste.ts';
import { sampleReport } from './sample-report.ts';
import { countTabs } from './tabs.ts';
import { Missed } from './tally.ts';
import { Wire } from './wire.ts';
import { startWriter } from './writer.ts';

async function start(): Promise<void> {
  const sample = await samplePeople();
  const people = sample ?? (await pastedPeople());
  // Only where the server itself says who is who does it let a page publish.
  find('shop', HTMLButtonElement).hidden = sample === undefined;
  showNames(people);
  const { hearer, writer } = people;
  const report = await sampleReport(hearer);
  find('report-title', HTMLHeadingElement).textContent = report.title;

  const cut = new Cut();
  const missed = new Missed();
  const wire = new Wire();
  const client = connect({
    url: pageUrl('/'),
    token: () => hearer.token(),
    getTicket: () => ticketFor(hearer, cut),
    EventSource: cut.eventSource(),
  });
  const window = startWriter(writer, hearer, report, () => {
    if (cut.isCut) missed.accepted();
    box.draw();
  });
  const box = startConnectionBox(client, cut, missed);
  client.on('frame', (frame) => wire.show(frame));
  client.on('notification', ({ notification }) => {
    if (notification.comment !== undefined) window.heardOf(notification.comment.id);
  });
  startHearing(hearer, client);
  // The bell shows what this very client knows, so that the switch is its switch, too.
  const bell = document.createElement('carillon-bell');
  bell.client = client;
  find('bell-place', HTMLSpanElement).append(bell);

  cut.onChange((isCut) => {
    const time = clock(Date.now());
    if (isCut) wire.note('cut', `Cut at ${time}`);
    else wire.note('healed', `Healed at ${time}`);
    if (!isCut) client.reconnect();
    box.draw();
  });
  countTabs((tabs) => box.draw(tabs));
  fillCards(report.id, await writer.token(), await hearer.token());
}

async function ticketFor(hearer: Identity, cut: Cut): Promise<string> {
  if (cut.isCut) throw new Error('The connection is cut.');
  const answer = await ask(await hearer.token(), 'POST', '/notifications/stream/tickets');
  return (answer as { ticket: string }).ticket;
}

function showNames(people: People): void {
  for (const role of ['writer', 'hearer'] as const) {
    const { name } = people[role].person;
    for (const place of document.querySelectorAll(`[data-name="${role}"]`)) place.textContent = name;
    const [initial = ''] = name;
    for (const place of document.querySelectorAll(`[data-initial="${role}"]`))
      place.textContent = initial.toUpperCase();
  }
}

void start().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  find('state-text', HTMLSpanElement).textContent = text;
});
