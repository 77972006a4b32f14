import { connect } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly type: string | undefined;
  /** The body as JSON; undefined when it is none. */
  readonly json: any;
}

/** Sends these bytes to the server at `url`. @returns all that comes back until the server ends the connection */
export function exchange(url: string, bytes: string | Buffer): Promise<string> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (part: Buffer) => (text += part.toString()));
    socket.on('error', (error) => (text += `\n${error.message}`));
    socket.on('close', () => resolve(text));
    socket.write(bytes);
  });
}

/** The one answer in `text`. */
export function rawAnswer(text: string): RawAnswer {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(head) ?? [];
  const [, type] = /^content-type: ([^\r;]*)/im.exec(head) ?? [];
  return {
    status: Number(status),
    head,
    type,
    json: /^[[{]/.test(body) ? JSON.parse(body) : undefined,
  };
}
