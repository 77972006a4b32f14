/**
 * What Chromium sends along with an EventSource or a WebSocket: a server that keeps the request of each stream keeps this
 * as well.
 */
export const browserHeaders = [
  'Cache-Control: no-cache',
  'sec-ch-ua: "Chromium";v="142", "Not_A Brand";v="99"',
  'sec-ch-ua-mobile: ?0',
  'sec-ch-ua-platform: "Linux"',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Accept-Language: en-US,en;q=0.9,ko;q=0.8',
].join('\r\n');

/** The head of a request for a stream, without the blank line. */
export function streamHead(path: string, host: string, token: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\nAuthorization: Bearer ${token}\r\n${browserHeaders}`;
}

/** Sent to those who look at no token, as long as a real one. */
export const standInToken = 'x'.repeat(165);
