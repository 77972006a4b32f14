/* Applications that have Carillon in their own process. */

/** Publishes, reads the list and the bell over HTTP, follows a stream to its goodbye, and closes both servers. */
export const exercise = `
  import { once } from 'node:events';
  export const options = {
    database: 'file:' + process.argv[2],
    authenticate: (req) => req.headers['x-user'] && { id: req.headers['x-user'] },
  };
  export async function exercise(carillon, server, path) {
    if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = 'http://127.0.0.1:' + server.address().port + path;
    const headers = { 'x-user': 'ann', 'sec-fetch-site': 'same-origin' };
    await carillon.publish({ type: 'order.shipped', title: 'On its way', to: ['ann'] });
    const { data } = await (await fetch(url + '/notifications', { headers })).json();
    const posted = await fetch(url + '/reports', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'A', body: 'B' }),
    });
    const bell = await fetch(url + '/carillon-bell.js');
    const stream = (await fetch(url + '/notifications/stream', { headers })).body;
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const read = async (end) => { while (!text.includes(end)) text += (await reader.read()).value ?? end; };
    await read('event: sync');
    return { said: [data[0].title, posted.headers.get('location').slice(0, 18), bell.status], ended: () => read('goodbye') };
  }
  export async function finish(carillon, server, { said, ended }) {
    const closed = once(server, 'close');
    server.close();
    await carillon.close();
    await ended();
    await closed;
    console.log(said.join(' '));
  }
`;

export const inExpress = (version: number) => `
  import { createServer } from 'node:http';
  import { createCarillon } from 'carillon';
  import compression from 'compression';
  import express from 'express-${version}';
  import { exercise, finish, options } from './exercise.js';
  const carillon = await createCarillon(options);
  const app = express();
  app.use(compression(), express.json());
  app.use('/carillon', carillon.handler);
  const server = createServer(app);
  carillon.attach(server);
  await finish(carillon, server, await exercise(carillon, server, '/carillon'));
`;

export const plain = `
  import { createServer } from 'node:http';
  import { createCarillon } from 'carillon';
  import { exercise, finish, options } from './exercise.js';
  const carillon = await createCarillon(options);
  const server = createServer(carillon.handler);
  await finish(carillon, server, await exercise(carillon, server, ''));
`;

export const nest = `
  import 'reflect-metadata';
  import { Module } from '@nestjs/common';
  import { NestFactory } from '@nestjs/core';
  import { CarillonModule, CarillonService } from 'carillon/nest';
  import { exercise, options } from './exercise.js';
  class AppModule {}
  Module({ imports: [CarillonModule.forRootAsync({ useFactory: () => options })] })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: false });
  const carillon = app.get(CarillonService);
  app.use('/carillon', carillon.handler);
  await app.listen(0, '127.0.0.1');
  const { said, ended } = await exercise(carillon, app.getHttpServer(), '/carillon');
  await app.close();
  await ended();
  console.log(said.join(' '));
`;

export const typed = `
  import type { IncomingMessage } from 'node:http';
  import { createServer } from 'node:http';
  import { type CarillonOptions, createCarillon, type FollowedEvent } from 'carillon';
  import { CarillonModule, CarillonService } from 'carillon/nest';
  import { connect } from 'carillon/client';
  interface AppRequest extends IncomingMessage { user?: { id: string; name: string } }
  const options: CarillonOptions<AppRequest> = {
    database: 'file:x.db',
    authenticate: (req) => req.user && { id: req.user.id, name: req.user.name },
  };
  const carillon = await createCarillon(options);
  createServer(carillon.handler);
  const { id }: { id: string } = await carillon.publish({ to: ['ann', { topic: 'team:ops' }], type: 'a', title: 'b' });
  await carillon.retract({ id });
  for await (const event of carillon.follow('ann')) { const one: FollowedEvent = event; void one; }
  export const module = CarillonModule.forRoot(options);
  export const service = (it: CarillonService) => it.publish({ to: ['ann'], type: 'a', title: 'b' });
  export const client = connect({ url: '' });
  // @ts-expect-error A title is missing.
  void carillon.publish({ to: ['ann'], type: 'a' });
  // @ts-expect-error There is no such option.
  void createCarillon({ database: '', maxStream: 3 });
`;
