import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** All that a page can try on another origin, by the name under which it tells what came of it. */
const attacks = `
const json = JSON.stringify({ title: 'forged' });
const read = async (path, options) => {
  const response = await fetch(carillon + path, { credentials: 'include', ...options });
  return response.type === 'opaque' ? 'opaque' : response.status + ' ' + (await response.text());
};
const post = (type, options) => read('/reports', { method: 'POST', body: json, headers: { 'content-type': type }, ...options });
/** Loads an element; what a page sees of it is whether it loaded. */
const load = (tag, attributes) => new Promise((resolve) => {
  const element = Object.assign(document.createElement(tag), attributes);
  element.onload = () => resolve('loaded');
  element.onerror = () => resolve('blocked');
  document.body.append(element);
});
/** Posts a form into a frame and waits for its answer. */
const submit = (path, enctype, fields) => new Promise((resolve) => {
  const frame = Object.assign(document.createElement('iframe'), { name: 'frame' + Math.random() });
  document.body.append(frame);
  frame.onload = () => resolve(inside(frame.contentWindow));
  const form = Object.assign(document.createElement('form'), { method: 'POST', action: carillon + path, enctype, target: frame.name });
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
  }
  document.body.append(form);
  form.submit();
});
/** What can be seen of another window. */
const inside = (other) => {
  try { return 'seen: ' + other.document.body.innerText; } catch { return 'hidden'; }
};
const frame = (src, sandbox) => new Promise((resolve) => {
  const element = Object.assign(document.createElement('iframe'), { src });
  if (sandbox !== undefined) element.sandbox = sandbox;
  element.onload = () => resolve(inside(element.contentWindow));
  document.body.append(element);
});
const stream = (options) => new Promise((resolve) => {
  const source = new EventSource(carillon + '/notifications/stream', options);
  const end = (what) => { source.close(); resolve(what); };
  source.onopen = () => end('open');
  source.onerror = () => end('closed');
});
const socket = () => new Promise((resolve) => {
  const other = new WebSocket(carillon.replace('http', 'ws') + '/notifications/stream');
  other.onopen = () => resolve('open');
  other.onerror = () => resolve('closed');
});
/** From a page without an origin of its own. */
const withoutOrigin = () => new Promise((resolve) => {
  addEventListener('message', ({ data }) => resolve(data), { once: true });
  const code = "fetch('" + carillon + "/notifications', { credentials: 'include' }).then((r) => r.text(), () => 'failed').then((t) => parent.postMessage(t, '*'))";
  document.body.append(Object.assign(document.createElement('iframe'), { sandbox: 'allow-scripts', srcdoc: '<script>' + code + '</' + 'script>' }));
});
const attacks = {
  'reads the list': () => read('/notifications'),
  'reads the list in secret': () => read('/notifications', { mode: 'no-cors' }),
  'reads the list as a navigation would': () => read('/notifications', { headers: { accept: 'text/html' } }),
  'posts JSON': () => post('application/json'),
  'posts text': () => post('text/plain'),
  'posts text in secret': () => post('text/plain', { mode: 'no-cors' }),
  'posts a form in secret': () => post('application/x-www-form-urlencoded', { mode: 'no-cors' }),
  'posts JSON in secret': () => read('/reports', { method: 'POST', mode: 'no-cors', body: new Blob([json], { type: 'application/json' }) }),
  'marks as read': () => read('/notifications/' + notification + '/read', { method: 'POST', mode: 'no-cors' }),
  'asks for a ticket': () => read('/notifications/stream/tickets', { method: 'POST' }),
  'asks for a ticket in secret': () => read('/notifications/stream/tickets', { method: 'POST', mode: 'no-cors' }),
  'ends the session': () => read('/session', { method: 'DELETE' }),
  'signs in as somebody else': () => read('/session', { method: 'POST', headers: { authorization: 'Bearer ' + token } }),
  'sends a beacon': async () => String(navigator.sendBeacon(carillon + '/reports', json)),
  'sends a form': () => submit('/reports', 'application/x-www-form-urlencoded', { title: 'forged' }),
  'sends a form as text that is JSON': () => submit('/reports', 'text/plain', { '{"title":"forged","body":"': '"}' }),
  'sends a form in parts': () => submit('/reports', 'multipart/form-data', { title: 'forged' }),
  'sends a form that marks as read': () => submit('/notifications/' + notification + '/read', 'text/plain', {}),
  'sends a form that asks for a ticket': () => submit('/notifications/stream/tickets', 'text/plain', {}),
  'sends a form that signs in': () => submit('/session', 'application/x-www-form-urlencoded', { token }),
  'opens the stream': () => stream({ withCredentials: true }),
  'opens the stream without the cookie': () => stream({}),
  'opens a web socket': socket,
  'includes the list as a script': () => load('script', { src: carillon + '/notifications' }),
  'includes the stream as a script': () => load('script', { src: carillon + '/notifications/stream' }),
  'includes the list as a picture': () => load('img', { src: carillon + '/notifications' }),
  'includes the list as a style': () => load('link', { rel: 'stylesheet', href: carillon + '/notifications' }),
  'frames the list': () => frame(carillon + '/notifications'),
  'asks from a page without an origin': withoutOrigin,
};
window.run = async () => {
  const results = {};
  for (const [name, attack] of Object.entries(attacks)) {
    results[name] = await Promise.resolve().then(attack).catch(() => 'failed');
  }
  return results;
};
/** Opens the list in a window of its own. */
window.popUp = () => { window.other = open(carillon + '/notifications'); };
window.look = () => (window.other === null ? 'no window' : inside(window.other));
`;

/** Serves a page under every name that this machine is given, which attacks Carillon. @returns its port */
export async function startHostilePage(values: Record<string, string>): Promise<number> {
  const constants = Object.entries(values).map(
    ([name, value]) => `const ${name} = ${JSON.stringify(value)};`,
  );
  const page = `<!doctype html><title>hostile</title><body><script>${constants.join('')}${attacks}</script>`;
  const server = createServer((_req, res) => res.writeHead(200, { 'content-type': 'text/html' }).end(page));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}
