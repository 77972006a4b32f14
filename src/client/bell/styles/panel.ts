/** The panel and its head, foot, and what stands in its middle when the list does not. */
export const panel = /* css */ `
.panel {
  /* What the page sets around the bell does not belong in here; its direction does, which “all” leaves alone. */
  all: initial;
  box-sizing: border-box;
  color-scheme: inherit;
  visibility: inherit;
  user-select: text;
  -webkit-user-select: text;
  -webkit-text-size-adjust: 100%;
  text-size-adjust: 100%;
  position: fixed;
  inset: auto;
  width: min(var(--carillon-panel-width, 400px), calc(100vw - 16px));
  height: min(var(--carillon-panel-height, 560px), calc(100dvh - 16px));
  margin: 0;
  padding: 0;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--surface);
  color: var(--text);
  font: 15px/1.45 var(--font);
  text-align: left;
  overflow: hidden;
  box-shadow: 0 12px 32px rgb(0 0 0 / 0.16), 0 2px 6px rgb(0 0 0 / 0.08);
}
.panel:not(:popover-open) { display: none; }
.panel:popover-open {
  display: flex;
  flex-direction: column;
}
.panel:dir(rtl) { text-align: right; }
.panel:focus { outline: none; }

.header { border-block-end: 1px solid var(--line); }
.title-row {
  display: flex;
  align-items: center;
  gap: 4px;
  padding: 12px 12px 4px 20px;
  padding-inline: 20px 12px;
}
.title {
  flex: 1;
  margin: 0;
  font-size: 18px;
  font-weight: 650;
  line-height: 36px;
}
.mark-all, .open-settings, .back, .close {
  display: grid;
  place-items: center;
  width: 36px;
  height: 36px;
  border-radius: 8px;
  color: var(--muted);
}
.close { display: none; }
.back { margin-inline-start: -12px; }
.back:dir(rtl) svg { scale: -1 1; }
.mark-all:hover, .open-settings:hover, .back:hover, .close:hover { background: var(--hover); color: var(--text); }
.mark-all[aria-disabled='true'] { opacity: 0.4; }
.tabs {
  display: flex;
  gap: 20px;
  padding-inline: 20px;
}
.tab {
  position: relative;
  min-height: 36px;
  color: var(--muted);
}
.tab:hover { color: var(--text); }
.tab[aria-pressed='true'] {
  color: var(--text);
  font-weight: 600;
}
.tab[aria-pressed='true']::after {
  content: '';
  position: absolute;
  inset-inline: 0;
  inset-block-end: -1px;
  height: 2px;
  border-radius: 1px;
  background: var(--accent);
}
.tab-count {
  /* A box of its own, so that from right to left its margin is between it and the word. */
  display: inline-block;
  margin-inline-start: 6px;
  color: var(--muted);
  font-size: 13px;
  font-weight: 400;
  font-variant-numeric: tabular-nums;
}

.connection {
  display: flex;
  align-items: center;
  gap: 8px;
  padding: 8px 20px;
  border-block-end: 1px solid var(--line);
  color: var(--warning);
  font-size: 13px;
}
.connection-dot {
  width: 8px;
  height: 8px;
  border-radius: 50%;
  border: 2px solid currentColor;
  flex: none;
}
.connection[data-kind='offline'] .connection-dot { background: currentColor; }

.notice {
  flex: 1;
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  padding: 24px 32px 56px;
  text-align: center;
}
.notice p { margin: 0; text-wrap: balance; }
.notice-picture { color: var(--muted); margin-block-end: 12px; }
.notice-picture svg { width: 40px; height: 40px; stroke-width: 1.1; }
.notice .notice-title { font-weight: 600; }
.notice .notice-hint { margin-block-start: 4px; color: var(--muted); font-size: 13px; }
.retry, .settings-retry {
  margin-block-start: 16px;
  padding: 0 16px;
  min-height: 36px;
  border: 1px solid var(--line);
  border-radius: 8px;
  font-weight: 500;
}
.retry:hover, .settings-retry:hover { background: var(--hover); }

.skeleton { flex: 1; overflow: hidden; }
.bars {
  display: flex;
  flex-direction: column;
  gap: 10px;
  padding: 18px 20px 18px 32px;
  padding-inline: 32px 20px;
  border-block-end: 1px solid var(--line);
}
.bars span {
  height: 10px;
  border-radius: 5px;
  background: color-mix(in srgb, var(--text) 9%, transparent);
}
.bars span:nth-child(1) { width: 74%; }
.bars span:nth-child(2) { width: 92%; }
.bars span:nth-child(3) { width: 22%; }

.settings {
  flex: 1;
  overflow-y: auto;
  overscroll-behavior: contain;
  scrollbar-width: thin;
  padding-block: 4px 20px;
}
.settings-title {
  margin: 0;
  padding-block: 16px 4px;
  padding-inline: 20px;
  color: var(--muted);
  font-size: 13px;
  font-weight: 600;
}
.settings-list { margin: 0; padding: 0; list-style: none; }
.settings-row {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 12px;
  min-height: 40px;
  padding: 4px 20px;
}
.settings-row bdi { overflow-wrap: anywhere; }
.settings-none, .settings-hint { color: var(--muted); font-size: 13px; }
.settings-hint { margin: 4px 0 0; padding-inline: 20px; }
.settings-select {
  box-sizing: border-box;
  min-height: 32px;
  padding-inline: 8px;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--surface);
  color: inherit;
  font: inherit;
}
.settings-action {
  flex: none;
  min-height: 32px;
  padding-inline: 10px;
  border: 1px solid var(--line);
  border-radius: 8px;
  font-size: 13px;
  font-weight: 500;
}
.settings-action:hover { background: var(--hover); }
.settings-retry { display: block; margin: 32px auto 0; }
.settings-retry[hidden] { display: none; }

.undo {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 12px;
  min-height: 48px;
  padding-block: 6px;
  padding-inline: 20px 12px;
  border-block-start: 1px solid var(--line);
  font-size: 13px;
}
.undo-text { color: var(--muted); }
.undo-button {
  min-height: 36px;
  padding: 0 8px;
  border-radius: 8px;
  color: var(--accent);
  font-weight: 600;
}
.undo-button:hover { background: var(--hover); }

@media (max-width: 480px) {
  .panel, .panel:popover-open {
    inset: 0;
    width: 100%;
    max-width: none;
    height: 100dvh;
    max-height: none;
    border: 0;
    border-radius: 0;
    box-shadow: none;
  }
  .close { display: grid; }
  .mark-all, .open-settings, .back, .close { width: 44px; height: 44px; }
  .settings-row { min-height: 48px; }
  .tab { min-height: 44px; }
}
@media (max-height: 420px) {
  /* The panel may cover the bell, which closes it elsewhere. */
  .close { display: grid; }
  .title-row { padding-block: 4px 0; }
}
@media (forced-colors: active) {
  .panel { box-shadow: none; }
  .tab[aria-pressed='true']::after { background: Highlight; }
  .bars span { background: GrayText; }
}
@media (prefers-reduced-motion: no-preference) {
  .bars span { animation: wait 1.6s ease-in-out infinite alternate; }
  @keyframes wait { to { opacity: 0.45; } }
  .connection[data-kind='reconnecting'] .connection-dot { animation: wait 0.8s ease-in-out infinite alternate; }
}
`;
