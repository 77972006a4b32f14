/**
 * Keeps what the reader looks at where it is while `change` adds and removes rows above it. Browsers do so themselves, but
 * not all of them.
 *
 * @param scroller with `overflow-anchor: none`, and with `list` in it.
 */
export function keepPlace(scroller: Element, list: Element, change: () => void): void {
  const { scrollTop } = scroller;
  // At the top the reader sees the newest.
  if (scrollTop === 0) {
    change();
    return;
  }
  const edge = scroller.getBoundingClientRect().top;
  const visible = [...list.children]
    .map((row) => ({ row, at: row.getBoundingClientRect() }))
    .filter(({ at }) => at.bottom > edge);
  change();
  // The first may be the one that was removed.
  const anchor = visible.find(({ row }) => row.isConnected);
  if (anchor === undefined) return;
  scroller.scrollTop += anchor.row.getBoundingClientRect().top - anchor.at.top;
}
