// How the report looks: on a screen in light and dark, in a narrow window, and printed.

export const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, 'PingFang SC', 'Noto Sans CJK SC', sans-serif;
  --page: #fff; --ink: #222; --quiet: #666; --chart-ink: #444; --chart-faint: #ddd; --ground: #f2f2f2 }
@media (prefers-color-scheme: dark) {
  :root { --page: #16181c; --ink: #e4e4e4; --quiet: #a0a0a0; --chart-ink: #c8c8c8; --chart-faint: #444; --ground: #24272c }
}
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; background: var(--page); color: var(--ink) }
nav { display: flex; flex-wrap: wrap; gap: .25rem .75rem }
section { margin-top: 2.5rem; border-top: 1px solid #8884 }
section.case { margin-top: 1.5rem; border-top: 1px solid #8882 }
h4 { margin: .75rem 0 0; font-size: 1rem }
h4 + .from { margin: 0 }
.from, figcaption { color: var(--quiet); font-size: .85rem }
.warning { border-left: 4px solid #d55e00; padding-left: .75rem }
.wide { overflow-x: auto }
.wide th:first-child { min-width: 11rem }
figure { margin: 1rem 0; overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th { text-align: left; font-weight: normal; overflow-wrap: anywhere }
th, td { padding: .1rem .75rem .1rem 0; border-bottom: 1px solid #8883; vertical-align: top }
td { text-align: right }
table.score { font-size: .85rem; margin-bottom: 1rem }
table.score th + th, table.score td { text-align: right; overflow-wrap: normal; min-width: 3rem }
table.score td { white-space: nowrap }
table.score tr > th:first-child { min-width: 6rem; position: sticky; left: 0; background: var(--page); overflow-wrap: normal; white-space: nowrap }
summary { cursor: pointer }
figure.wide svg { width: 100%; min-width: 640px; height: auto }
.curves, .shots { display: flex; flex-wrap: wrap; gap: 1rem }
.curve { width: 300px; margin: 0 }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; font-size: .85rem }
.glyph { vertical-align: -2px }
.shot { width: 220px; margin: 0; break-inside: avoid }
.shot .open { display: block; color: inherit }
.shot svg:not(.glyph) { display: block; width: 100% }
.ground { fill: var(--ground) }
.zone { fill: none; stroke: #ffd400; stroke-width: 2; stroke-linejoin: round; paint-order: stroke }
.zone, .alarmed, .true, .seen { vector-effect: non-scaling-stroke }
.alarmed, .true, .seen { fill: none; stroke-width: 2 }
.alarmed { stroke: #ff2d2d } .true { stroke: #56b4e9; stroke-dasharray: 5 3 } .seen { stroke: #8c8c8c; stroke-width: 1 }
.in-zone, .in-alarm, .in-truth { padding: 0 .3em; font-weight: normal; border: 2px solid }
.in-zone { border-color: #ffd400 } .in-alarm { border-color: #ff2d2d } .in-truth { border: 2px dashed #56b4e9 }
.store { position: absolute }
.close { display: none }
.shot:target { position: fixed; inset: 0; z-index: 1; box-sizing: border-box; width: auto; padding: 1rem; background: var(--page); overflow: auto }
.shot:target .open svg { max-height: 85vh }
.shot:target .close { display: inline }
@media print {
  :root { --page: #fff; --ink: #000; --quiet: #444; --chart-ink: #222; --chart-faint: #ddd; --ground: #f2f2f2 }
  body { max-width: none; margin: 0 }
  figure.wide svg { min-width: 0 }
  table.score { font-size: .6rem }
  .shot:target { position: static; width: 220px; padding: 0 }
  .shot:target .close { display: none }
}
`
