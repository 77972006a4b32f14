import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../domain/errors.ts';
import { problemOf, problemType } from './problem.ts';
import { isStreaming } from './stream-response.ts';

/**
 * Makes the HTTP server for `app`. What never becomes a request, because Node's parser refuses it or it does not arrive
 * in time, is answered by the server itself, with a problem like every other error.
 */
export function createHttpServer(app: RequestListener): Server {
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      // Node looks for late ones only every 30 s otherwise.
      connectionsCheckingInterval: 1_000,
      // The app refuses a request without Host itself: Node would do so without a word.
      requireHostHeader: false,
    },
    app,
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || isStreaming(socket)) socket.destroy();
    else refuse(socket, parserFault(error));
  });
  server.on('connect', (_req, socket: Socket) => {
    refuse(socket, new AppError('method_not_allowed', 'CONNECT is not possible here: this is not a proxy.'));
  });
  // An expectation other than 100-continue (RFC 9110, section 10.1.1).
  server.on('checkExpectation', (req, res) => {
    const detail = `The expectation ${req.headers.expect ?? ''} cannot be met.`;
    const { status, ...rest } = problemOf(new AppError('expectation_failed', detail));
    res
      .writeHead(status, { 'Content-Type': problemType, Connection: 'close' })
      .end(JSON.stringify({ ...rest, status }));
  });
  return server;
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

function refuse(socket: Socket, error: AppError): void {
  const problem = problemOf(error);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    `Content-Type: ${problemType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // Whoever sends garbage may go on doing so; nobody reads it any more.
  socket.setTimeout(1_000, () => socket.destroy());
}
