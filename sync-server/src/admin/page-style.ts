/** System colours throughout where contrast is forced; rows become cards on a narrow screen. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c2126; --quiet: #57606a; --paper: #fff; --line: #d0d7de; --accent: #0b5cad; --warn: #9a3412; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ec; --quiet: #a5adb6; --paper: #16191d; --line: #3a4149; --accent: #7cb7ff; --warn: #ffb27a; }
}
@media (prefers-contrast: more) { :root { --quiet: var(--ink); --line: currentColor; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1200px; padding: 16px; color: var(--ink); background: var(--paper); font: 14px/1.45 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 16px; }
header button { margin-left: auto; }
header p { margin: 0; color: var(--quiet); }
h1 { font-size: 20px; margin: 0; }
h2 { font-size: 16px; margin: 24px 0 8px; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(160px, 1fr)); gap: 12px; margin: 0; }
dt, th { color: var(--quiet); font-weight: 500; }
dd { margin: 0; }
dd, td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; }
th, td { padding: 6px 8px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
code { font-family: ui-monospace, monospace; font-size: 13px; }
.warn { color: var(--warn); font-weight: 600; }
button { font: inherit; padding: 4px 12px; border: 1px solid var(--line); border-radius: 4px; color: var(--ink); background: transparent; }
button:hover { border-color: var(--accent); }
button.strong { color: var(--paper); background: var(--accent); border-color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
dialog { max-width: min(480px, 92vw); color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }
dialog h2 { margin-top: 0; }
dialog::backdrop { background: rgb(0 0 0 / 50%); }
.buttons { display: flex; justify-content: flex-end; gap: 8px; }
[role=alert]:empty { display: none; }
[role=alert] { color: var(--warn); }
@media (max-width: 700px) {
  thead { display: block; position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, td { display: block; }
  tr { border-bottom: 1px solid var(--line); padding: 8px 0; }
  td { border: 0; padding: 2px 0 2px 40%; min-height: 24px; position: relative; }
  td::before { content: attr(data-label); position: absolute; left: 0; width: 38%; color: var(--quiet); }
}
`;
