import { SignJWT } from 'jose';

/*
 * app/api/carillon-ticket/route.ts: for an application on another site than Carillon, whose pages can have neither its
 * cookie nor its secret. The server mints a ticket for whoever is signed in there; the token never leaves it.
 */

export interface TicketOptions {
  readonly carillonUrl: string;
  /** Carillon's JWT_SECRET. */
  readonly secret: string;
  /** Your own session, such as `auth()` of Auth.js. */
  readonly userOf: (request: Request) => { id: string; name: string } | undefined;
}

/** In Next.js: `export const POST = ticketRoute({ carillonUrl: process.env.CARILLON_URL, … })`. */
export function ticketRoute({ carillonUrl, secret, userOf }: TicketOptions) {
  return async (request: Request): Promise<Response> => {
    const user = userOf(request);
    if (user === undefined) return new Response('Sign in first.', { status: 401 });
    const token = await new SignJWT({ name: user.name })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(user.id)
      // Without it the token counts as issued before any revocation of the user.
      .setIssuedAt()
      // A stream lives as long as the token behind its ticket, and the next one gets a ticket of its own.
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(secret));
    const answer = await fetch(`${carillonUrl}/notifications/stream/tickets`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    if (!answer.ok) return new Response('Carillon gave no ticket.', { status: 502 });
    const { ticket } = (await answer.json()) as { ticket: string };
    return Response.json({ ticket }, { headers: { 'cache-control': 'no-store' } });
  };
}
