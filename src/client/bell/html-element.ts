const { HTMLElement: native } = globalThis as { HTMLElement?: typeof HTMLElement };

/** What the bell extends. On a server there is no element: importing the bell there must not throw, and makes none. */
export const BaseElement = native ?? (Object as unknown as typeof HTMLElement);
