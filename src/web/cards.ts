import { element } from '../client/bell/dom.ts';
import { pageUrl } from './ask.ts';
import { find } from './find.ts';

/** How long a button says that it has copied. */
const saidMs = 2_000;

/** What to paste where, with this very server's address in it. */
export function fillCards(reportId: string, writerToken: string, hearerToken: string): void {
  const base = pageUrl('').replace(/\/$/, '');
  const curl = (token: string) =>
    `curl ${base}/reports/${reportId}/comments \\
  -H "Authorization: Bearer ${token}" \\
  -H "Content-Type: application/json" \\
  -d '{"body":"Loved chapter two."}'`;
  const embed = (token: string) => `<script type="module" src="${base}/carillon-bell.js"></script>
<carillon-bell src="${base}"></carillon-bell>
<script>document.querySelector('carillon-bell').token = '${token}';</script>`;
  const mint = `const token = await new SignJWT({ name: user.name })
  .setProtectedHeader({ alg: 'HS256' })
  .setSubject(user.id)
  .setIssuedAt().setExpirationTime('1h')
  .sign(Buffer.from(carillonSecret));`;

  // A token is long, and on a screen that somebody shows around it would be everybody's.
  show('embed', embed(shortened(hearerToken)));
  show('mint', mint);
  show('curl', curl(shortened(writerToken)));
  const texts: Readonly<Record<string, string>> = {
    curl: curl(writerToken),
    embed: embed(hearerToken),
    mint,
  };
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copies]')) {
    button.addEventListener('click', () => void copy(button, texts[button.dataset['copies'] ?? ''] ?? ''));
  }
}

function shortened(token: string): string {
  return `${token.slice(0, 8)}…`;
}

/** Line by line, so that a long one can be broken and still be seen to be one. */
function show(id: string, text: string): void {
  const lines = text.split('\n').map((line) => element('span', { class: 'line' }, `${line}\n`));
  find(id, HTMLElement).replaceChildren(...lines);
}

async function copy(button: HTMLButtonElement, text: string): Promise<void> {
  const isCopied = await write(text);
  button.textContent = isCopied ? 'Copied' : 'Select it by hand';
  setTimeout(() => (button.textContent = 'Copy'), saidMs);
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // On plain http there is no clipboard, and elsewhere one may not be allowed to use it.
  }
}
