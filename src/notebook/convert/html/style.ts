/** How the page looks: light and dark as the reader's system says, light on paper. State colours come with it from `states.css`. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f6f8, #11151b);
  --paper: light-dark(#ffffff, #181d25);
  --sunken: light-dark(#eef0f4, #0d1116);
  --line: light-dark(#e1e5ea, #29313c);
  --line-strong: light-dark(#c2c9d2, #404a58);
  --ink: light-dark(#19212e, #e3e8ee);
  --ink-soft: light-dark(#46515f, #b3bcc8);
  --ink-faint: light-dark(#636e7d, #8e99a8);
  --accent: light-dark(#1d5fbf, #78aef8);
  --bad: light-dark(#b8282c, #ff8785);
  --font-ui: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --font-code: ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 0.9375rem/1.55 var(--font-ui); overflow-wrap: break-word; }
main { max-width: 54rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
header { margin-bottom: 1.75rem; padding-bottom: 1rem; border-bottom: 1px solid var(--line); }
h1 { margin: 0 0 0.25rem; font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.02em; }
.note { margin: 0.35rem 0 0; color: var(--ink-faint); font-size: 0.75rem; }
section { margin-block: 1.25rem; }
.code { border: 1px solid var(--line); border-radius: 8px; background: var(--paper); overflow: hidden; }
.code > .name { display: flex; gap: 0.6rem; margin: 0; padding: 0.4rem 0.9rem 0; color: var(--ink-faint); font: 0.75rem/1.5 var(--font-code); }
.code > .name b { color: var(--ink-soft); font-weight: 600; }
.code > details { margin: 0; font-size: inherit; }
.code > details > summary { padding: 0.4rem 0.9rem; color: var(--ink-faint); font: 0.75rem/1.5 var(--font-code); }
.code pre:has(> code) { margin: 0; padding: 0.4rem 0.9rem 0.75rem; overflow-x: auto; font: 0.8125rem/1.25rem var(--font-code); tab-size: 2; }
.output { padding: 0.75rem 0.9rem; border-top: 1px solid var(--line); }
figure { margin: 0; }
figcaption { margin-bottom: 0.35rem; font-weight: 600; }
.scroll { max-height: 24rem; overflow: auto; }
table { border-collapse: collapse; font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.9rem 0.25rem 0; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; }
td[align="right"] { text-align: end; }
td.null { color: var(--ink-faint); }
th { position: sticky; top: 0; background: var(--paper); font-weight: 600; }
.text { margin: 0; font: 0.8125rem/1.25rem var(--font-code); white-space: pre-wrap; max-height: 24rem; overflow: auto; }
.error { margin: 0; color: var(--bad); white-space: pre-wrap; }
iframe { display: block; width: 100%; border: 0; background: none; resize: vertical; overflow: auto; }
.prose :is(p, pre, h2, h3, h4, h5, h6) { unicode-bidi: plaintext; }
.prose > :first-child { margin-top: 0; }
.prose > :last-child { margin-bottom: 0; }
.prose :is(h2, h3, h4, h5, h6) { margin: 1.4em 0 0.5em; line-height: 1.25; }
.prose h2 { font-size: 1.375rem; }
.prose h3 { font-size: 1.0625rem; }
.prose code { padding: 0.12em 0.34em; border-radius: 4px; background: var(--sunken); font: 0.87em var(--font-code); }
.prose pre { padding: 0.7em 0.9em; border-radius: 6px; background: var(--sunken); overflow-x: auto; }
.prose pre code { padding: 0; background: none; }
.prose blockquote { margin-inline: 0; padding-inline-start: 1em; border-inline-start: 3px solid var(--line-strong); color: var(--ink-soft); }
.prose li.task { margin-inline-start: -1.4em; list-style: none; }
.prose img, figure img { max-width: 100%; height: auto; }
figure img { background: #fff; color-scheme: light; }
.prose table { display: block; max-width: 100%; overflow-x: auto; }
.prose th { position: static; background: none; }
.prose [data-align="right"] { text-align: end; }
.prose [data-align="center"] { text-align: center; }
a { color: var(--accent); }
.flow { padding: 0.9rem; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); }
.flow h2 { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.2rem 0.75rem; margin: 0 0 0.6rem; font-size: 1.0625rem; }
.flow h2 span { color: var(--state, var(--ink-faint)); font-size: 0.8125rem; font-weight: 600; }
.flow .picture { overflow-x: auto; }
.graph { display: block; margin-inline: auto; font-family: var(--font-ui); font-variant-numeric: tabular-nums; }
.graph .box { fill: var(--paper); stroke: var(--line-strong); }
.graph .task .box { fill: color-mix(in srgb, var(--state) 7%, var(--paper)); stroke: color-mix(in srgb, var(--state) 50%, var(--paper)); }
.graph .frame { fill: color-mix(in srgb, var(--ink-faint) 5%, var(--paper)); stroke: var(--line-strong); }
.graph .name { fill: var(--ink); font-size: 13px; font-weight: 600; }
.graph .parameter .name { fill: var(--ink-soft); font-size: 12px; font-weight: 500; }
.graph .parameter .value { fill: var(--ink); font-size: 12px; }
.graph .detail { fill: var(--state); font-size: 11px; }
.graph .duration { fill: var(--ink-faint); font-size: 11px; }
.graph .disc { fill: var(--state); }
.graph .icon { fill: none; stroke: var(--paper); stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.graph .cells { fill: var(--state); }
.graph .line { fill: none; stroke: var(--line-strong); stroke-width: 1.4; }
.graph .order .line { stroke-dasharray: 4 4; }
.graph .head { fill: var(--line-strong); }
.flow details { margin-top: 0.6rem; color: var(--ink-soft); font-size: 0.8125rem; }
summary { cursor: pointer; }
.section { margin-block: 1.25rem; }
.section > summary :is(h1, h2, h3, h4, h5, h6, p) { display: inline; }
.section > summary h2 { font-size: 1.375rem; }
.section > summary h3 { font-size: 1.0625rem; }
@media (max-width: 40rem) {
  main { padding: 1.25rem 0.75rem 2.5rem; }
}
@media print {
  :root { color-scheme: light; }
  body { background: none; font-size: 10pt; }
  main { max-width: none; padding: 0; }
  .code, .flow { break-inside: auto; }
  .code pre, .text { white-space: pre-wrap; overflow: visible; max-height: none; }
  .scroll { max-height: none; overflow: visible; }
  .graph { max-width: 100%; height: auto; }
  th { position: static; }
  figure, svg, tr { break-inside: avoid; }
  .flow details { display: none; }
  details::details-content { display: block; content-visibility: visible; }
}
`;
