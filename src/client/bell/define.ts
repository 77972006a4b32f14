import { CarillonBell } from './carillon-bell.ts';

// A page may have the script twice, from two places even.
if (customElements.get('carillon-bell') === undefined) customElements.define('carillon-bell', CarillonBell);

export { CarillonBell };
export type { BellEvents } from './carillon-bell.ts';
export type { Messages, Plural, SomeMessages } from './messages.ts';
