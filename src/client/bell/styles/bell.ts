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
  position: absolute;
  inset-block-start: 2px;
  inset-inline-start: 21px;
  min-width: 18px;
  height: 18px;
  padding: 0 5px;
  border-radius: 9px;
  background: var(--badge);
  color: var(--on-badge);
  font: 600 11px/18px var(--font);
  font-variant-numeric: tabular-nums;
  text-align: center;
  white-space: nowrap;
  pointer-events: none;
}
.badge.dot {
  inset-block-start: 7px;
  inset-inline-start: 24px;
  min-width: 10px;
  height: 10px;
  padding: 0;
}
@media (forced-colors: active) {
  .badge { forced-color-adjust: none; }
}
`;
