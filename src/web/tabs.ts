const lockName = 'carillon-live-page-tab';
const everyMs = 2_000;

/**
 * Tells again and again how many tabs of this browser have the page open. A tab that crashes lets go of its lock, so
 * nobody has to say goodbye. Where a page has no Web Locks (plain http), it tells nothing.
 */
export function countTabs(tell: (tabs: number) => void): void {
  // Missing on plain http, whatever the types say.
  const { locks } = navigator as { locks?: LockManager };
  if (locks === undefined) return;
  const untilTheTabEnds = new Promise<void>(() => undefined);
  void locks.request(lockName, { mode: 'shared' }, () => untilTheTabEnds);
  const count = async () => {
    const { held = [] } = await locks.query();
    tell(held.filter(({ name }) => name === lockName).length);
  };
  const countNow = () => void count();
  setInterval(countNow, everyMs);
  setTimeout(countNow);
}
