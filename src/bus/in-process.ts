import type { Bus, BusListener } from '../domain/bus.ts';

/**
 * The bus that rings only here, and at once.
 * @param isAlone whether this is the only process; what others announce would not be heard.
 */
export function createInProcessBus(listener: Pick<BusListener, 'offer' | 'learn'>, isAlone: boolean): Bus {
  return {
    announce: (announcement) => listener.offer(announcement),
    announceRevocation: (revocation) => listener.learn(revocation),
    follow: () => undefined,
    unfollow: () => undefined,
    isHeard: isAlone,
    close: () => Promise.resolve(),
  };
}
