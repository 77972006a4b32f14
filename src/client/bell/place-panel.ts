/** Least distance from the window's edges, in CSS pixels. */
const marginPx = 8;
/** Between the bell and its panel. */
const gapPx = 8;
/** With less room than this above and below the bell, the panel takes the window's whole height, over the bell. */
const leastHeightPx = 280;
/** Below this width the panel fills the screen; the style sheet says the same. */
export const phoneQuery = '(max-width: 480px)';

/**
 * Puts the panel below the bell (above it where there is more room), its end at the bell's end, within the window.
 * By hand, because anchors in style sheets are not everywhere yet; sizes come from the style sheet.
 */
export function placePanel(panel: HTMLElement, bell: HTMLElement): void {
  const { style } = panel;
  if (matchMedia(phoneQuery).matches) {
    for (const name of ['left', 'top', 'max-height']) style.removeProperty(name);
    return;
  }
  const at = bell.getBoundingClientRect();
  // Without the scroll bar, under which nothing should lie.
  const { clientWidth: width, clientHeight } = document.documentElement;
  const height = Math.min(clientHeight, innerHeight);
  const below = height - at.bottom - gapPx - marginPx;
  const above = at.top - gapPx - marginPx;
  const isBelow = below >= 360 || below >= above;
  const isOver = Math.max(below, above) < leastHeightPx;
  const room = isOver ? height - 2 * marginPx : isBelow ? below : above;
  style.setProperty('max-height', `${room}px`);

  const isRightToLeft = getComputedStyle(bell).direction === 'rtl';
  const wanted = isRightToLeft ? at.left : at.right - panel.offsetWidth;
  const left = Math.max(marginPx, Math.min(wanted, width - panel.offsetWidth - marginPx));
  const besideTop = isBelow ? at.bottom + gapPx : at.top - gapPx - panel.offsetHeight;
  const top = isOver ? marginPx : Math.max(marginPx, besideTop);
  style.setProperty('left', `${left}px`);
  style.setProperty('top', `${top}px`);
}

/** Keeps the panel in its place while the window or the page under it moves. @returns what ends that */
export function followBell(panel: HTMLElement, bell: HTMLElement): () => void {
  const place = () => placePanel(panel, bell);
  const sizes = new ResizeObserver(place);
  sizes.observe(panel);
  addEventListener('resize', place);
  addEventListener('scroll', place, { capture: true, passive: true });
  place();
  return () => {
    sizes.disconnect();
    removeEventListener('resize', place);
    removeEventListener('scroll', place, { capture: true });
  };
}
