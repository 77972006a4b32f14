import type { Code, Finding } from './finding.ts';

/** What to write, and where, for each finding; docs/deploy.md, "The proxy", has the whole files. */
const remedies: Readonly<Record<Code, Finding['remedy']>> = {
  'path-prefix': {
    nginx: 'give Carillon a host name of its own: `location / { proxy_pass http://carillon; }`',
    Caddy: 'give it a site of its own: `notify.example.com { reverse_proxy 127.0.0.1:3000 }`',
    Carillon: 'or mount it in your own process, which knows the path: `app.use("/…", carillon.handler)`',
  },
  authorization: {
    nginx: 'take out `proxy_set_header Authorization …` and `auth_basic`: Carillon does the sign-in itself',
    Caddy: 'take out `header_up -Authorization` and `basic_auth` (`basicauth`)',
    elsewhere: 'let the header Authorization through as it is',
  },
  caching: {
    nginx:
      'take out `expires`, `add_header Cache-Control`, `proxy_hide_header Cache-Control`, and `proxy_cache`',
    Caddy: 'take out `header Cache-Control …`',
    elsewhere: 'no cache and no rule about Cache-Control for these paths',
  },
  buffering: {
    nginx: '`proxy_buffering off;` in `location = /notifications/stream`, and no `proxy_ignore_headers`',
    Caddy: 'no `response_buffers` and no `buffer_responses`; an event stream passes at once by itself',
    elsewhere: 'switch off the buffering of responses for /notifications/stream',
  },
  compression: {
    nginx: '`gzip off;` in `location = /notifications/stream`, or no text/event-stream in `gzip_types`',
    Caddy: 'take /notifications/stream out of `encode`',
    elsewhere: 'no compression for text/event-stream; `Cache-Control: no-transform` asks for that already',
  },
  'last-event-id': {
    nginx: 'take out `proxy_set_header Last-Event-ID …`',
    Caddy: 'take out `header_up -Last-Event-ID`',
    elsewhere:
      'let the header Last-Event-ID through: without it a client misses what happened while it was away',
  },
  idle: {
    nginx: '`proxy_read_timeout 60s;` and `send_timeout 60s;` in `location = /notifications/stream`',
    Caddy:
      'no `read_timeout` or `response_header_timeout` in `transport http`, no `write_timeout` in `servers`',
    elsewhere: 'an idle timeout of at least 60 s, or a smaller HEARTBEAT_SECONDS for Carillon',
  },
  http1: {
    nginx: '`listen 443 ssl http2;` (from 1.25.1 on `http2 on;`)',
    Caddy: 'take out `protocols h1`: it speaks HTTP/2 by itself',
    elsewhere: 'HTTP/2 to browsers: over HTTP/1.1 a browser opens six connections, and the seventh tab waits',
  },
  'trust-proxy': {
    nginx:
      '`proxy_set_header X-Forwarded-Proto $scheme;` and `proxy_set_header X-Forwarded-For $remote_addr;`',
    Caddy: 'sets both by itself; take out `header_up X-Forwarded-…` and `trusted_proxies` for all',
    Carillon:
      'TRUST_PROXY=<how many proxies are in front>, and unset when clients reach the process directly',
  },
  cors: {
    nginx: 'take out `add_header Access-Control-…` and `proxy_hide_header`: Carillon sets them itself',
    Caddy: 'take out `header Access-Control-…`',
    Carillon: 'ALLOWED_ORIGINS=<the origin of the page>, comma-separated',
  },
  clock: {
    Carillon:
      'let both machines take their time from NTP (`timedatectl set-ntp true`): tokens end by the clock',
  },
  processes: {
    Carillon:
      'the same REDIS_URL for all processes, and "bus":"heard" in /readyz of each; without Redis up to 1 s',
    elsewhere: 'let the proxy pass over processes whose /readyz is not 200',
  },
};

/** A finding with what to do about it. */
export function finding(code: Code, what: string): Finding {
  return { code, what, remedy: remedies[code] };
}
