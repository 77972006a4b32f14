import 'reflect-metadata';
import { Body, Controller, Headers, Module, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import type { Server, Socket } from 'socket.io';
import { announce } from './ready-made.ts';
import { addComment, addToWatchers, reportOf } from './rows.ts';

/*
 * The seed's own stack: a NestJS gateway on socket.io that keeps Map<userId, Socket>, and a controller that writes comment
 * and notification to SQLite through Drizzle and then emits. Decorators are applied by hand, as the functions that they
 * are, because Node runs this file without a build.
 */

type Told = ReturnType<typeof addComment>;

class NotificationGateway {
  server!: Server;
  readonly #clients = new Map<string, Socket>();

  handleUserConnect(client: Socket, { userId }: { userId: string }): string {
    (client.data as { userId?: string }).userId = userId;
    this.#clients.set(userId, client);
    return 'webSocket Connected';
  }

  handleDisconnect(client: Socket): void {
    const { userId } = client.data as { userId?: string };
    if (userId !== undefined) this.#clients.delete(userId);
  }

  sendMessage(userId: string, told: Told): void {
    this.#clients.get(userId)?.emit('notification', told);
  }

  /** The Map holds one socket for each user; many sockets are told best by socket.io itself, which encodes once. */
  sendToAll(told: Told): void {
    this.server.emit('notification', told);
  }
}

class CommentsController {
  readonly #gateway: NotificationGateway;

  constructor(gateway: NotificationGateway) {
    this.#gateway = gateway;
  }

  add(
    id: string,
    { body }: { body: string },
    userId: string,
    watchers?: string,
  ): Told | { notified: number } {
    const report = reportOf(id);
    if (report === undefined) throw new NotFoundException();
    if (watchers !== undefined) {
      const all = addToWatchers(report, userId, body, Number(watchers));
      for (const one of all) this.#gateway.sendMessage(one.userId, one.told);
      return { notified: all.length };
    }
    const told = addComment(report, userId, body);
    if (id === 'all') this.#gateway.sendToAll(told);
    else if (report.ownerId !== userId) this.#gateway.sendMessage(report.ownerId, told);
    return told;
  }
}

// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Nest wants a class to hang the metadata on.
class AppModule {}

decorateMethod(NotificationGateway, 'handleUserConnect', SubscribeMessage('userConnect'));
ConnectedSocket()(NotificationGateway.prototype, 'handleUserConnect', 0);
MessageBody()(NotificationGateway.prototype, 'handleUserConnect', 1);
WebSocketServer()(NotificationGateway.prototype, 'server');
WebSocketGateway({
  namespace: 'notification',
  cors: { origin: ['http://localhost:3000', 'http://localhost:3001'], credentials: true },
})(NotificationGateway);

decorateMethod(CommentsController, 'add', Post(':id/comments'));
Param('id')(CommentsController.prototype, 'add', 0);
Body()(CommentsController.prototype, 'add', 1);
Headers('x-user')(CommentsController.prototype, 'add', 2);
Query('watchers')(CommentsController.prototype, 'add', 3);
Reflect.defineMetadata('design:paramtypes', [NotificationGateway], CommentsController);
Controller('reports')(CommentsController);

Module({ controllers: [CommentsController], providers: [NotificationGateway] })(AppModule);

// eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest documents plain objects.
const app = await NestFactory.create(AppModule, { logger: false });
app.useWebSocketAdapter(new IoAdapter(app));
await app.listen(0, '127.0.0.1');
announce((app.getHttpServer() as import('node:http').Server).address());

function decorateMethod(type: { prototype: object }, name: string, decorator: MethodDecorator): void {
  const descriptor = Object.getOwnPropertyDescriptor(type.prototype, name);
  if (descriptor === undefined) throw new Error(`There is no method ${name}.`);
  decorator(type.prototype, name, descriptor);
}
