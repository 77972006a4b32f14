import { randomUUID } from 'node:crypto';

/** An event as Carillon sends it, for the peers to send the same: who commented where, and how it begins. */
export function notificationOf(number: number, reportId: string, body: string) {
  return {
    seq: number,
    notification: {
      id: randomUUID(),
      type: 'NEW_COMMENT_ON_REPORT',
      reason: 'owner',
      actor: { id: 'w0', name: 'w0' },
      report: { id: reportId, title: 'Reading list 0' },
      comment: { id: randomUUID(), excerpt: body },
      createdAt: new Date().toISOString(),
      seenAt: null,
      readAt: null,
      archivedAt: null,
    },
    counts: { unread: number, unseen: number },
  };
}

/** Says where a server listens, in the words that the benchmark waits for. */
export function announce(address: unknown): void {
  const { port } = address as { port: number };
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}`, msg: 'listening' })}\n`);
}
