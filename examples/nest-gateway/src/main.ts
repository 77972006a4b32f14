import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { CarillonModule, CarillonService } from 'carillon/nest';
import { AuthController } from './auth.controller.js';
import { NotificationGateway } from './notification.gateway.js';
import { createSessions, type SessionRequest } from './session.js';
import { SessionIoAdapter } from './session-io-adapter.js';

const {
  DATABASE_URL = 'file:data/carillon.db',
  REDIS_URL,
  SESSION_SECRET = 'for development',
  PORT = '3000',
} = process.env;

@Module({
  imports: [
    CarillonModule.forRoot({
      database: DATABASE_URL,
      ...(REDIS_URL && { redisUrl: REDIS_URL }),
      // The application's session says who is asking, to Carillon as well.
      authenticate: (req: SessionRequest) => req.session?.user,
    }),
  ],
  controllers: [AuthController],
  providers: [NotificationGateway],
})
class AppModule {}

const sessions = await createSessions(SESSION_SECRET, REDIS_URL);
const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: ['error', 'warn'] });
app.use(sessions.middleware);
// Reports and comments, the list, the bell: everything of Carillon's HTTP API.
app.use('/carillon', app.get(CarillonService).handler);
app.useWebSocketAdapter(new SessionIoAdapter(app, sessions.middleware));
app.enableShutdownHooks();
await app.listen(Number(PORT), '127.0.0.1');
console.log(`listening at ${await app.getUrl()}`);
