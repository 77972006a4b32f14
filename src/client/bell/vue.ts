import type { HTMLAttributes, PublicProps } from 'vue';
import type { BellAttributes, BellProperties } from './bell-attributes.ts';
import type { BellEvents } from './carillon-bell.ts';

/* `import 'carillon/bell/vue'`: the bell, with its types for Vue's templates and JSX. */

export * from './define.ts';

/** `@carillon-open` of a template is `onCarillonOpen` to Vue. */
type Listeners = {
  [
    Type in keyof BellEvents as Type extends `carillon-${infer Name}`
      ? `onCarillon${Capitalize<Name>}`
      : never
  ]?: (event: BellEvents[Type]) => void;
};

declare module 'vue' {
  interface GlobalComponents {
    'carillon-bell': new () => {
      $props: HTMLAttributes & BellAttributes & BellProperties & Listeners & PublicProps;
    };
  }
}
