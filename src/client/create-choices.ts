import type { Choices } from './choices.ts';
import { RequestError } from './request-error.ts';
import type { Requests } from './requests.ts';

/** How often settings are changed anew before it is given up. */
const maxAttempts = 5;

export function createChoices(requests: Requests): Choices {
  return {
    why: (id) => requests.why(id),
    settings: async () => (await requests.settings()).settings,
    setSettings: async (change) => {
      for (let attempt = 1; ; attempt++) {
        const { settings, tag } = await requests.settings();
        try {
          return await requests.putSettings(change(settings), tag);
        } catch (error) {
          const isOutdated = error instanceof RequestError && error.status === 412;
          if (!isOutdated || attempt === maxAttempts) throw error;
        }
      }
    },
    watches: (cursor) => requests.watches(cursor),
    watch: (topic) => requests.watch(topic),
    setWatch: (topic, level) => requests.putWatch(topic, level),
    unsetWatch: (topic) => requests.deleteWatch(topic),
  };
}
