import type { OutputName } from './schemas.ts';

/** One kind of event of the stream. */
export interface FrameKind {
  readonly event: string;
  readonly data: OutputName;
  /** Whether it has an `id`, which moves the cursor. */
  readonly hasId: boolean;
  readonly summary: string;
}

/** Every kind of frame on the wire. */
export const frames: readonly FrameKind[] = [
  { event: 'notification', data: 'NotificationEvent', hasId: true, summary: 'A new notification.' },
  {
    event: 'notification.updated',
    data: 'NotificationEvent',
    hasId: true,
    summary: 'It was raised (its own `seq` is that of the event) or changed.',
  },
  { event: 'notification.removed', data: 'RemovedEvent', hasId: true, summary: 'What it is about is gone.' },
  { event: 'notifications.read', data: 'ReadEvent', hasId: true, summary: 'Many were read at once.' },
  { event: 'notifications.seen', data: 'SeenEvent', hasId: true, summary: 'Many were seen.' },
  { event: 'sync', data: 'SyncEvent', hasId: true, summary: 'All missed events were sent.' },
  {
    event: 'reset',
    data: 'ResetEvent',
    hasId: true,
    summary: 'The cursor cannot be resumed: fetch the list again.',
  },
  { event: 'ping', data: 'PingEvent', hasId: false, summary: 'The stream lives.' },
  { event: 'goodbye', data: 'GoodbyeEvent', hasId: false, summary: 'The server ends the stream.' },
];
