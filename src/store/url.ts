/** The URL of a database as it may be shown: host, port, and name, without user and password. */
export function withoutPassword(url: string): string {
  const { host, pathname } = new URL(url);
  return `postgres://${host}${pathname}`;
}
