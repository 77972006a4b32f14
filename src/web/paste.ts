import { find } from './find.ts';
import { identityOf, type People } from './identities.ts';

/** Asks for two tokens, until there are two; they are kept nowhere but here. */
export function pastedPeople(): Promise<People> {
  const form = find('paste', HTMLFormElement);
  const fault = find('paste-fault', HTMLParagraphElement);
  const [writer, hearer] = [find('paste-writer', HTMLInputElement), find('paste-hearer', HTMLInputElement)];
  const rest = ['stage', 'cards'].map((id) => find(id, HTMLElement));
  const ask = (isAsking: boolean) => {
    form.hidden = !isAsking;
    for (const part of rest) part.hidden = isAsking;
  };
  ask(true);
  return new Promise((resolve) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      try {
        const people = { hearer: identityOf(hearer.value.trim()), writer: identityOf(writer.value.trim()) };
        ask(false);
        resolve(people);
      } catch {
        fault.textContent = 'These are not two tokens: each is three parts with dots between them.';
      }
    });
  });
}
