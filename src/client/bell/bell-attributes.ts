import type { Client, ConnectOptions } from '../client.ts';
import type { SomeMessages } from './messages.ts';
import type { Badge } from './model.ts';

/** What can be written in markup: `<carillon-bell src="…" badge="dot">`. */
export interface BellAttributes {
  /** Carillon's address; unless given, where the script came from. */
  src?: string | undefined;
  badge?: Badge | undefined;
  /** Where an item leads, such as `/reports/{report.id}#{comment.id}`. */
  href?: string | undefined;
  /** The same for one type, such as `href-new-comment-on-report`. */
  [hrefOfType: `href-${string}`]: string | undefined;
  lang?: string | undefined;
  theme?: 'light' | 'dark' | undefined;
  user?: string | undefined;
  /** Items to a page: 1 to 100. */
  'page-size'?: number | string | undefined;
}

/** What a page sets as properties; React (from 19 on) and Vue do so with what stands in JSX and in templates. */
export interface BellProperties {
  token?: ConnectOptions['token'] | undefined;
  getTicket?: ConnectOptions['getTicket'] | undefined;
  client?: Client | undefined;
  messages?: SomeMessages | undefined;
}
