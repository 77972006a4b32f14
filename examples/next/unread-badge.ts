'use client';
import { type Client, connect } from '../../src/client/connect.ts'; // In your application: 'carillon/client'.

/*
 * What a component does in its effect. In React:
 *
 *   const [unread, setUnread] = useState(0);
 *   useEffect(() => followUnread(carillonUrl, user.id, setUnread), [user.id]);
 */

/** Tells how many notifications are unread, now and whenever that changes. @returns what ends it. */
export function followUnread(url: string, user: string, show: (unread: number) => void): () => void {
  const client: Client = connect({ url, user, getTicket });
  client.on('counts', ({ unread }) => show(unread));
  return () => client.close();
}

/** A fresh one for each connection; 401 and 403 tell the client that nobody is signed in. */
async function getTicket(): Promise<string> {
  const answer = await fetch('/api/carillon-ticket', { method: 'POST' });
  if (!answer.ok) throw Object.assign(new Error(await answer.text()), { status: answer.status });
  return ((await answer.json()) as { ticket: string }).ticket;
}
