/* What applications write that use what the package gives to browsers. */

export const worker = `
  import { connect, RequestError } from 'carillon/client';
  const client = connect({ url: process.argv[2], token: process.argv[3] });
  client.on('sync', () => client.list.load());
  client.on('list', ({ status, items }) => {
    if (status !== 'ready') return;
    console.log(items.map(({ comment }) => comment.excerpt).join(), JSON.stringify(client.counts), typeof RequestError);
    client.close();
  });
`;

export const typed = `
  import { type Client, type ConnectionState, connect, type Notification } from 'carillon/client';
  const client: Client = connect({ url: 'https://notify.example.com', token: async () => 'x' });
  client.on('notification', ({ seq, notification, counts }) => {
    const title: string = notification.title;
    const all: [number, string, number] = [seq, title, counts.unread];
    void all;
  });
  const shown: readonly Notification[] = client.list.items;
  const says = (state: ConnectionState): number => {
    switch (state.status) {
      case 'live':
      case 'reconnecting':
      case 'offline':
        return state.since;
      case 'signedOut':
        return state.code;
      case 'connecting':
      case 'closed':
        return shown.length;
    }
  };
  // @ts-expect-error There is no such event.
  client.on('nothing', says);
`;

/** Server-side rendering imports what a page imports. */
export const server = `
  import { CarillonBell } from 'carillon/bell';
  import 'carillon/bell/react';
  import 'carillon/bell/vue';
  console.log(typeof CarillonBell, 'customElements' in globalThis);
`;

export const react = `
  import { connect } from 'carillon/client';
  import { type CarillonBell } from 'carillon/bell/react';
  import { createRef } from 'react';
  const ref = createRef<CarillonBell>();
  export const header = (
    <header>
      <carillon-bell ref={ref} src="https://notify.example.com" badge="dot" theme="dark" page-size={10} className="bell"
        href="/reports/{report.id}" href-new-comment-on-report="/r/{report.id}"
        token={async () => 'x'} client={connect({ url: '' })} messages={{ title: 'Inbox' }}
        oncarillon-open={(event) => event.detail.notification.title}
        oncarillon-counts={({ detail }) => detail.unseen + 1} />
      {/* @ts-expect-error There is no such badge. */}
      <carillon-bell badge="loud" />
      {/* @ts-expect-error No token is a number. */}
      <carillon-bell token={7} />
    </header>
  );
  ref.current?.open();
`;

export const vue = `
  import 'carillon/bell/vue';
  import type { GlobalComponents } from 'vue';
  type Props = InstanceType<GlobalComponents['carillon-bell']>['$props'];
  export const right: Props = {
    src: 'https://notify.example.com', badge: 'unread', 'href-new-comment-on-report': '/', class: 'bell', key: 1,
    getTicket: () => 'x',
    onCarillonOpen: (event) => event.detail.href,
    onCarillonState: ({ detail }) => detail.status,
  };
  // @ts-expect-error There is no such badge.
  export const wrong: Props = { badge: 'loud' };
`;
