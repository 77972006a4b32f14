/* What the views are made with: never a string of markup, so that nothing that somebody wrote can become some. */

type Attributes = Readonly<Record<string, string | undefined>>;

/** Makes an element; strings among its children become text. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(made, name, value);
  made.append(...children);
  return made;
}

/** Makes a button; `part` is its name for the host page's style sheet. */
export function button(
  part: string,
  onClick: (event: MouseEvent) => void,
  ...children: readonly (Node | string)[]
): HTMLButtonElement {
  const made = element('button', { type: 'button', part, class: part }, ...children);
  made.addEventListener('click', onClick);
  return made;
}

/** Sets an attribute where it differs; undefined takes it away. */
export function setAttribute(target: Element, name: string, value: string | undefined): void {
  if (value === undefined) target.removeAttribute(name);
  else if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

/** Sets a text where it differs, so that what watches the page is told only of what has changed. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * Makes `children` the children of `parent`, in this order. What is there already and in order is not touched: an
 * element that is moved loses the focus.
 */
export function setChildren(parent: Element, children: readonly Element[]): void {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const child of children) {
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
}
