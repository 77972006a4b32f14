/** An answer that is not the one that was hoped for, in the server's own words. */
export class AskError extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.name = 'AskError';
    this.status = status;
  }
}

/**
 * Asks this page's own server; a body goes out as JSON.
 * @param path below the path under which Carillon is mounted.
 * @throws AskError for every status but 2xx
 */
export async function ask(
  token: string,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  idempotencyKey?: string,
): Promise<unknown> {
  const response = await fetch(pageUrl(path), {
    method,
    // The people of this page show tokens: a cookie of somebody else must not speak for them.
    credentials: 'omit',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer: unknown = response.status === 204 ? undefined : await response.json();
  if (response.ok) return answer;
  // Every error of the server's is problem+json.
  const { detail } = answer as { detail?: string };
  throw new AskError(response.status, detail ?? `${response.status} ${response.statusText}`);
}

/** Where `path` is: the page stands where Carillon is mounted. */
export function pageUrl(path: string): string {
  return new URL(`.${path}`, location.href).href;
}
