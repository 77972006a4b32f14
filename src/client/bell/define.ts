import { CarillonBell } from './carillon-bell.ts';

// Missing on a server, which renders the tag and leaves the rest to the browser.
const { customElements: registry } = globalThis as { customElements?: CustomElementRegistry };

// A page may have the script twice, from two places even.
if (registry?.get('carillon-bell') === undefined) registry?.define('carillon-bell', CarillonBell);

export { CarillonBell };
export type { BellAttributes, BellProperties } from './bell-attributes.ts';
export type { BellEvents } from './carillon-bell.ts';
export type { Messages, Plural, SomeMessages } from './messages.ts';
