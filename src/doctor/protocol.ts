import { connect } from 'node:tls';

const limitMs = 10_000;

/** What the server at this address would speak, such as `h2` (ALPN, RFC 7301); false when it did not say. */
export function protocolAt({ hostname, port }: URL): Promise<string | false> {
  return new Promise((resolve) => {
    const where = { host: hostname, port: Number(port === '' ? 443 : port), servername: hostname };
    const socket = connect({ ...where, ALPNProtocols: ['h2', 'http/1.1'] });
    const settle = (answer: string | false) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(limitMs, () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('secureConnect', () => settle(socket.alpnProtocol ?? false));
  });
}
