/** The beginning of a text, by which all texts are told apart; the rest is there to be large. */
export function threeWords(text: string): string {
  return text.split(' ', 3).join(' ');
}

/** The key under which a text was said: its first word. */
export function keyIn(text: string): string {
  return text.split(' ', 1)[0] ?? '';
}
