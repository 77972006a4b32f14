/** A plain site that somebody else has designed, with the two lines in it. */
export function hostPage(carillonUrl: string, attributes: string): string {
  return `<!doctype html><html ${attributes}><head><meta charset="utf-8"><title>Book club</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script type="module" src="${carillonUrl}/carillon-bell.js"></script>
<style>
  :root { color-scheme: light dark; }
  body { margin: 0; font: 15px/1.6 system-ui, sans-serif; background: light-dark(#f6f7f9, #101214); color: light-dark(#1a1f29, #e4e7ec); }
  header { display: flex; align-items: center; gap: 20px; height: 56px; padding: 0 20px; background: light-dark(#fff, #17191d); border-bottom: 1px solid light-dark(#e2e5ea, #2a2e35); }
  header b { font-size: 16px; }
  nav { display: flex; gap: 20px; color: light-dark(#5b6472, #9aa3b0); }
  header span { flex: 1; }
  main { max-width: 560px; padding: 28px 20px; }
  h1 { margin: 0 0 8px; font-size: 24px; }
  p { margin: 0 0 16px; color: light-dark(#4a5261, #aab2be); }
  carillon-bell { --carillon-accent: light-dark(#1f5fbf, #8ab4f8); --carillon-on-accent: light-dark(#fff, #0b1526); }
  @media (max-width: 480px) { nav { display: none; } }
</style></head><body>
<header><b>Book club</b><nav>Books &nbsp; People &nbsp; Calendar</nav><span></span>
<carillon-bell src="${carillonUrl}" href="#/reports/{report.id}"></carillon-bell></header>
<main><h1>Reading list</h1><p>What shall we read this winter? Say what you have loved and what you have not, and we choose three.</p>
<p>The next meeting is on the first Thursday of the month, at the usual place.</p></main></body></html>`;
}
