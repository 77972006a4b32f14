import type * as React from 'react';
import type { BellAttributes, BellProperties } from './bell-attributes.ts';
import type { BellEvents, CarillonBell } from './carillon-bell.ts';

/* `import 'carillon/bell/react'`: the bell, with its types for the JSX of React 19. */

export * from './define.ts';

/** React listens to a custom element's event by its very name: `oncarillon-open={…}`. */
type Listeners = { [Type in keyof BellEvents as `on${Type}`]?: (event: BellEvents[Type]) => void };

declare module 'react' {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- React's own, which can be added to in no other way.
  namespace JSX {
    interface IntrinsicElements {
      'carillon-bell': React.DetailedHTMLProps<React.HTMLAttributes<CarillonBell>, CarillonBell> &
        BellAttributes &
        BellProperties &
        Listeners;
    }
  }
}
