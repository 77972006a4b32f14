import type { NotificationList } from '../notification-list.ts';
import type { BellModel } from './model.ts';

/** Where the loading of the list is, as the panel shows it. */
export function listStateOf({ status }: NotificationList): BellModel['list'] {
  switch (status) {
    case 'idle':
    case 'loading':
      return 'loading';
    case 'failed':
      return 'failed';
    case 'ready':
    case 'loadingMore':
      return 'ready';
  }
}

/** @param isCut whether the client has more items than the panel shows. */
export function moreOf({ status, hasMore }: NotificationList, isCut: boolean): BellModel['more'] {
  if (isCut) return 'ready';
  if (status === 'loadingMore') return 'loading';
  if (!hasMore) return 'none';
  return status === 'failed' ? 'failed' : 'ready';
}
