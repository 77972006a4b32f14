import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { AppError } from '../domain/errors.ts';
import type { Connections } from './connections.ts';
import { Pipeline } from './pipeline.ts';
import { problemOf, problemType } from './problem.ts';
import { closeOnUnreadBody } from './unread-body.ts';

/** How long a connection may say nothing in either direction while an answer waits for its client to read it. */
const silenceMs = 60_000;

/**
 * Makes the HTTP server for `app`. What never becomes a request, because Node's parser refuses it or it does not arrive
 * in time, is answered by the server itself, with a problem like every other error.
 */
export function createHttpServer(app: RequestListener, connections: Connections, log: Logger): Server {
  const handle: RequestListener = (req, res) => {
    closeOnUnreadBody(req, res);
    const target = originForm(req.url ?? '');
    const fault =
      framingFault(req) ??
      (target === undefined ? 'The target of the request is not a valid URL.' : undefined);
    if (fault !== undefined) {
      answer(res, new AppError('invalid_input', fault), log);
      return;
    }
    req.url = target;
    app(req, res);
  };
  const pipeline = new Pipeline(connections);
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      // Node looks for late ones only every 30 s otherwise.
      connectionsCheckingInterval: 1_000,
      // The app refuses a request without Host itself: Node would do so without a word.
      requireHostHeader: false,
    },
    pipeline.inTurn(handle),
  );
  server.timeout = silenceMs;
  keepStreams(server, connections);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const running = connections.latest(socket);
    if (error.code === 'ECONNRESET' || !socket.writable || connections.isStream(socket)) socket.destroy();
    else if (mayRefuse(socket, connections)) refuse(socket, parserFault(error), log);
    // What came before is answered first; nothing behind it is read any more.
    else if (running?.headersSent === false) running.setHeader('Connection', 'close');
    else socket.destroy();
  });
  server.on('connect', (_req, socket: Socket) => {
    // Node has let go of the socket: an error that nobody hears of would end the process.
    socket.on('error', () => socket.destroy());
    const detail = 'CONNECT is not possible here: this is not a proxy.';
    const headers = { Allow: 'GET, HEAD, POST, DELETE' };
    if (mayRefuse(socket, connections))
      refuse(socket, new AppError('method_not_allowed', detail, { headers }), log);
    else socket.destroy();
  });
  // Node would say `100 Continue` before the request has its turn, and so into a stream.
  server.on(
    'checkContinue',
    pipeline.inTurn((req, res) => {
      res.writeContinue();
      handle(req, res);
    }),
  );
  // An expectation other than 100-continue (RFC 9110, section 10.1.1).
  server.on(
    'checkExpectation',
    pipeline.inTurn((req, res) => {
      closeOnUnreadBody(req, res);
      const detail = `The expectation ${req.headers.expect ?? ''} cannot be met.`;
      answer(res, new AppError('expectation_failed', detail), log);
    }),
  );
  return server;
}

/**
 * To Node a stream is idle, because its request is over. So while there are streams the idle connections stay as well,
 * and who asks on one of them is answered and told to close it. `close` calls this as well.
 */
export function keepStreams(server: Server, connections: Connections): void {
  const closeIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {
    if (connections.streams === 0) closeIdle();
  };
}

/**
 * Whether what never became a request can be answered: not when that would be taken for the answer to the request in
 * front of it, or stand in the middle of one.
 */
function mayRefuse(socket: Socket, connections: Connections): boolean {
  if (!socket.writable || connections.isStream(socket)) return false;
  const response = connections.latest(socket);
  if (response === undefined) return true;
  // Either all before it is answered, or it belongs to the body of a request that is not.
  return response.req.complete
    ? response.writableFinished
    : response.socket !== null && !response.headersSent;
}

/** What Node's parser lets pass of how a request is written, and others on its way may read otherwise. */
function framingFault({ httpVersion, headers }: IncomingMessage): string | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return `HTTP/${httpVersion} is not spoken here.`;
  // RFC 9112, section 6.1: who does not know of chunks takes them for the next request.
  const hasChunks = headers['transfer-encoding'] !== undefined;
  return hasChunks && httpVersion === '1.0' ? 'HTTP/1.0 knows no Transfer-Encoding.' : undefined;
}

/**
 * The path and query of a request's target, which may be a whole URL as well (RFC 9112, section 3.2.2). The path stays as
 * it was written: a proxy in front judges `/a/../metrics` by its beginning, so that must not lead to `/metrics`.
 * @returns undefined when it is neither a path nor a URL.
 */
function originForm(target: string): string | undefined {
  if (target.startsWith('/') || target === '*') return target;
  const [, rest] = /^https?:\/\/[^/?#\\]+((?:\/|\?|$)[^#]*)$/i.exec(target) ?? [];
  if (rest === undefined || !URL.canParse(target)) return undefined;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function parserFault({ code }: NodeJS.ErrnoException): AppError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new AppError('headers_too_large', 'The headers are larger than 16 KiB.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AppError(
        'request_timeout',
        'The request did not arrive in time: 10 s for its head, 30 s in all.',
      );
    default:
      return new AppError('invalid_input', 'This is not a valid HTTP/1.1 request.');
  }
}

/** Answers without the app, and ends the connection. */
function answer(res: ServerResponse, error: AppError, log: Logger): void {
  const { status, headers, body } = lastAnswer(error, log);
  res.writeHead(status, headers).end(body);
}

/** Answers what never became a request. */
function refuse(socket: Socket, error: AppError, log: Logger): void {
  const { status, title, headers, body } = lastAnswer(error, log);
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // Whoever sends garbage may go on doing so; nobody reads it any more.
  socket.setTimeout(1_000, () => socket.destroy());
}

function lastAnswer(error: AppError, log: Logger) {
  const requestId = randomUUID();
  const problem = problemOf(error, requestId);
  const { status, title } = problem;
  log.info({ requestId, status, code: error.code }, 'request refused');
  const body = JSON.stringify(problem);
  const headers = {
    ...error.headers,
    'X-Request-Id': requestId,
    'Content-Type': problemType,
    'X-Content-Type-Options': 'nosniff',
    // A cache in front must not keep for everybody what one broken request was answered.
    'Cache-Control': 'no-store',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  return { status, title, headers, body };
}
