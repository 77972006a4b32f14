/** The button and its badge: they take colour and font from where they stand. */
export const bell = /* css */ `
.bell {
  position: relative;
  display: grid;
  place-items: center;
  width: 40px;
  height: 40px;
  border-radius: 8px;
}
.bell:hover { background: color-mix(in srgb, currentColor 8%, transparent); }
.bell svg {
  width: 24px;
  height: 24px;
  transform-origin: 50% 10%;
}
.bell[data-connection='offline'] svg { opacity: 0.55; }
.badge {
  all: initial;
  box-sizing: border-box;
  color-scheme: inherit;
  visibility: inherit;
  position: absolute;
  inset-block-start: 1px;
  /* It grows over the bell: beyond the button it could make the page scroll sideways. */
  inset-inline-end: 1px;
  min-width: 18px;
  height: 18px;
  padding: 0 4px;
  border-radius: 9px;
  background: var(--badge);
  /* A dark and a light ring: one of them has a contrast of 4.5 : 1 to any background. */
  box-shadow: 0 0 0 1px light-dark(#1b1303, #fff), 0 0 0 2px light-dark(#fff, #1b1303);
  color: var(--on-badge);
  font: 600 11px/18px var(--font);
  font-variant-numeric: tabular-nums;
  text-align: center;
  white-space: nowrap;
  cursor: inherit;
  user-select: none;
  -webkit-user-select: none;
  pointer-events: none;
}
.badge.dot {
  inset-block-start: 7px;
  inset-inline-end: 6px;
  min-width: 10px;
  height: 10px;
  padding: 0;
}
@media (forced-colors: active) {
  .badge { forced-color-adjust: none; box-shadow: 0 0 0 1px CanvasText, 0 0 0 2px Canvas; }
}
`;
