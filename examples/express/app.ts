import express, { type Express } from 'express';
import { SignJWT } from 'jose';

/*
 * An application with a login of its own, beside Carillon on the same site: whoever signs in here gets Carillon's cookie as
 * well, so that the page has nothing to do with tokens.
 */

export interface ExampleOptions {
  /** Where Carillon is, as browsers reach it: of the same site as this application, or the cookie does not travel. */
  readonly carillonUrl: string;
  /** Carillon's JWT_SECRET. */
  readonly secret: string;
}

/** Who may sign in; a real application asks its database. */
const people: Readonly<Record<string, string>> = { ann: 'Ann', bob: 'Bob' };

export function createExample({ carillonUrl, secret }: ExampleOptions): Express {
  const app = express();

  app.post('/login/:id', async (req, res) => {
    const name = people[req.params.id];
    if (name === undefined) {
      res.status(401).end();
      return;
    }
    const token = await new SignJWT({ name })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(req.params.id)
      // Without it the token counts as issued before any revocation of the user.
      .setIssuedAt()
      .setExpirationTime('8h')
      .sign(new TextEncoder().encode(secret));
    // Carillon turns the token into its own HttpOnly cookie, for this host; ports do not matter to cookies.
    const answer = await fetch(`${carillonUrl}/session`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    for (const cookie of answer.headers.getSetCookie()) res.append('Set-Cookie', cookie);
    res.status(answer.status).end();
  });

  app.get('/', (_req, res) => {
    res.type('html').send(pageFor(carillonUrl));
  });
  return app;
}

/** With a bundler it is `import { connect } from 'carillon/client'`, and no importmap. */
function pageFor(carillonUrl: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<title>Notes</title>
<button id="login">Sign in as ann</button> <output id="state"></output> <b id="unread"></b>
<ul id="list"></ul>
<script type="importmap">{ "imports": { "carillon/client": "./carillon-client.js" } }</script>
<script type="module">
  import { connect } from 'carillon/client';

  const client = connect({ url: ${JSON.stringify(carillonUrl)}, withCredentials: true });
  client.on('state', ({ status }) => (document.querySelector('#state').textContent = status));
  client.on('counts', ({ unread }) => (document.querySelector('#unread').textContent = unread));
  client.on('sync', () => client.list.status === 'idle' && client.list.load());
  client.on('list', ({ items }) => {
    const lines = items.map(({ id, actor, comment, readAt }) => {
      const line = document.createElement('li');
      line.textContent = actor.name + ': ' + comment.excerpt;
      line.style.fontWeight = readAt === null ? 'bold' : 'normal';
      line.onclick = () => client.read(id);
      return line;
    });
    document.querySelector('#list').replaceChildren(...lines);
  });
  document.querySelector('#login').onclick = async () => {
    await fetch('/login/ann', { method: 'POST' });
    client.reconnect();
  };
</script>`;
}
