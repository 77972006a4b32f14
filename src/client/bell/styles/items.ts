/** The list of notifications. */
export const items = /* css */ `
.list {
  position: relative;
  flex: 1;
  min-height: 0;
  display: flex;
  flex-direction: column;
}
.scroller {
  flex: 1;
  overflow-y: auto;
  overflow-anchor: none;
  overscroll-behavior: contain;
  scrollbar-width: thin;
}
.items {
  margin: 0;
  padding: 0;
  list-style: none;
}
.item {
  position: relative;
  border-block-end: 1px solid var(--line);
}
.item-link {
  position: relative;
  display: grid;
  padding-block: 14px;
  padding-inline: 32px 20px;
  color: inherit;
  text-decoration: none;
  cursor: pointer;
}
.item:has(:focus-visible) .item-link { background: var(--hover); }
@media (hover: hover) {
  .item:hover .item-link { background: var(--hover); }
}
.unread-dot {
  position: absolute;
  inset-inline-start: 14px;
  inset-block-start: 21px;
  width: 8px;
  height: 8px;
  border-radius: 50%;
  background: var(--accent);
  visibility: hidden;
}
.unread .unread-dot { visibility: visible; }
/* A text goes the way that it is written, and stands where all others stand. */
.sentence, .excerpt, .foot { unicode-bidi: plaintext; }
.sentence, .excerpt { overflow-wrap: anywhere; }
.sentence { text-wrap: pretty; }
.sentence b { font-weight: 500; }
.unread .sentence b { font-weight: 650; }
.item:not(.unread) .sentence { color: var(--muted); }
.item:not(.unread) .sentence b { color: var(--text); }
.excerpt {
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
  line-clamp: 2;
  overflow: hidden;
  margin-block-start: 2px;
  color: var(--muted);
  white-space: pre-line;
}
.foot {
  justify-self: start;
  overflow-wrap: anywhere;
  margin-block-start: 4px;
  color: var(--muted);
  font-size: 13px;
  font-variant-numeric: tabular-nums;
  /* What is done with it appears beside, not above it. */
  padding-inline-end: 92px;
}
.item-actions {
  position: absolute;
  inset-inline-end: 12px;
  inset-block-end: 8px;
  display: flex;
  gap: 2px;
  border-radius: 8px;
  background: var(--hover);
  opacity: 0;
}
.item:hover .item-actions, .item:has(:focus-visible) .item-actions { opacity: 1; }
.item-action {
  display: grid;
  place-items: center;
  width: 32px;
  height: 32px;
  border-radius: 8px;
  color: var(--muted);
}
.item-action svg { width: 18px; height: 18px; }
.item-action:hover { background: color-mix(in srgb, var(--surface), var(--text) 11%); color: var(--text); }
.load-more {
  display: block;
  width: 100%;
  min-height: 48px;
  color: var(--accent);
  font-weight: 500;
}
.load-more:hover { background: var(--hover); }
.load-more[aria-disabled='true'] { color: var(--muted); cursor: default; }
.pill-place {
  position: absolute;
  inset-inline: 0;
  inset-block-start: 8px;
  z-index: 1;
  display: grid;
  justify-items: center;
  pointer-events: none;
}
.new-pill {
  display: flex;
  align-items: center;
  gap: 4px;
  min-height: 32px;
  padding-inline: 10px 14px;
  border-radius: 16px;
  background: var(--accent);
  color: var(--on-accent);
  font-size: 13px;
  font-weight: 600;
  box-shadow: 0 2px 8px rgb(0 0 0 / 0.18);
  pointer-events: auto;
}
.new-pill svg { width: 16px; height: 16px; stroke-width: 2.2; }
.new-pill:focus-visible { outline-offset: 2px; }
@media (hover: none) {
  .item-actions { opacity: 1; background: none; }
  .item-action { width: 44px; height: 44px; }
  .item-actions { inset-block-end: 2px; inset-inline-end: 6px; }
  .foot { padding-inline-end: 126px; }
}
@media (forced-colors: active) {
  .unread-dot, .new-pill { forced-color-adjust: none; }
  .item:hover .item-link { outline: 1px solid Highlight; outline-offset: -2px; }
}
@media (prefers-reduced-motion: no-preference) {
  .item-actions { transition: opacity 100ms; }
  .new-pill { animation: drop 160ms ease-out; }
  @keyframes drop { from { opacity: 0; translate: 0 -6px; } }
}
`;
