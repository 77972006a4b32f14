import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayDisconnect,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import { CarillonService } from 'carillon/nest';
import type { Server, Socket } from 'socket.io';
import type { SessionRequest } from './session.js';

/** What the front end sends: whom it takes itself for, and the last notification that it has. */
interface UserConnect {
  userId?: string;
  lastId?: string;
}

/**
 * The blog's gateway, its contract unchanged: namespace `notification`, `userConnect`, and the event `notification`.
 *
 * Instead of a `Map` from users to sockets each socket follows its user's stream. So two tabs hear the same, a tab that
 * closes silences no other, and a socket that comes back with the last id gets what it missed.
 */
@WebSocketGateway({
  namespace: 'notification',
  cors: { origin: ['http://localhost:3000', 'http://localhost:3001'], credentials: true },
})
export class NotificationGateway implements OnGatewayDisconnect {
  @WebSocketServer()
  server!: Server;

  /** What ends the stream of a socket. */
  private readonly streams = new Map<Socket, AbortController>();

  constructor(private readonly carillon: CarillonService) {}

  @SubscribeMessage('userConnect')
  handleUserConnect(@ConnectedSocket() client: Socket, @MessageBody() { lastId }: UserConnect = {}): string {
    // The session says who it is, never the client: its `userId` is not even looked at.
    const { session } = client.request as SessionRequest;
    if (session?.user === undefined) return 'Sign in first';
    void client.join(`session:${session.id}`);
    this.streams.get(client)?.abort();
    const ending = new AbortController();
    this.streams.set(client, ending);
    void this.follow(client, session.user.id, lastId, ending.signal);
    return 'webSocket Connected';
  }

  handleDisconnect(client: Socket): void {
    this.streams.get(client)?.abort();
    this.streams.delete(client);
  }

  /** Somebody has signed out: the sockets of that session hear nothing more. */
  signedOut(sessionId: string): void {
    this.server.in(`session:${sessionId}`).disconnectSockets(true);
  }

  private async follow(client: Socket, userId: string, after: string | undefined, signal: AbortSignal) {
    try {
      for await (const { event, cursor, data } of this.carillon.follow(userId, { after, signal })) {
        if (event === 'notification') client.emit('notification', messageOf(data.notification, cursor));
        // What was missed cannot be told one by one: the front end fetches its list.
        else if (event === 'reset') client.emit('reset', { id: cursor });
      }
    } catch {
      // No stream can be opened now. socket.io's client connects again by itself.
    }
    if (!signal.aborted) client.disconnect(true);
  }
}

interface Told {
  type: string;
  title: string | null;
  actor: { id: string } | null;
  report?: { id: string };
}

/** The three fields that the blog's front end reads, and the id that it resumes with. */
function messageOf({ type, title, actor, report }: Told, id: string | null) {
  return { id, type, title, senderId: actor?.id ?? null, reportId: report?.id ?? null };
}
