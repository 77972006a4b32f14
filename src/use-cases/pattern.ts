/**
 * A pattern for LIKE (escaped by `!`) that matches JSON with this text in it. SQLite takes capital letters for small ones,
 * so a match has to be checked.
 */
export function patternOf(text: string): string {
  return `%${JSON.stringify(text).replace(/[!%_]/g, '!$&')}%`;
}
