/** Outlines on a 16 by 16 grid. */
export const outlines = {
  back: "M10 3 5 8l5 5",
  play: "M5 3.2v9.6L13 8z",
  resume: "M3 3.2v9.6 M6.5 3.2v9.6L14 8z",
  stop: "M4 4h8v8H4z",
  share: "M8 10V2.5 M5 5l3-3 3 3 M3 8.5V13h10V8.5",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6z M8 1.2v1.4 M8 13.4v1.4 M1.2 8h1.4 M13.4 8h1.4 M3.2 3.2l1 1 M11.8 11.8l1 1 M12.8 3.2l-1 1 M4.2 11.8l-1 1",
  moon: "M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z",
  system: "M2 3h12v8H2z M6 14h4 M8 11v3",
  more: "M3.2 8h.01 M8 8h.01 M12.8 8h.01",
  plus: "M8 3v10 M3 8h10",
  close: "M4 4l8 8 M12 4l-8 8",
  trash: "M3 4.5h10 M6.2 4.5V3h3.6v1.5 M4.3 4.5l.6 8.5h6.2l.6-8.5",
  up: "M8 13V3.5 M4 7l4-4 4 4",
  down: "M8 3v9.5 M4 9l4 4 4-4",
  chevron: "M4.5 6.5 8 10l3.5-3.5",
  right: "M6.5 4.5 10 8l-3.5 3.5",
  open: "M2 12.5v-9h4l1.5 1.8H14v7.2z",
  file: "M4 2h5.2L12.5 5.3V14H4z M9 2v3.5h3.5",
  fit: "M2.5 6V2.5H6 M10 2.5h3.5V6 M13.5 10v3.5H10 M6 13.5H2.5V10",
  minus: "M3 8h10",
  save: "M8 2.5V10 M4.8 7 8 10.2 11.2 7 M3 13.5h10",
  graph:
    "M4 2.5a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z M4 9.9a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z M12 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z M5.8 4.6 10.3 7.2 M5.8 11.4l4.5-2.6",
  timeline: "M2 4h6 M5 8h6 M9 12h5",
  table: "M2 3h12v10H2z M2 6.4h12 M2 9.7h12 M6.5 6.4V13",
  runs: "M8 2.2a5.8 5.8 0 1 0 5.8 5.8 M8 5v3l2.2 1.4 M11 2.6l2.8.1-.1 2.8",
  logs: "M3 4h10 M3 7h7 M3 10h10 M3 13h5",
  notebook: "M4 2h9v12H4z M4 5H2.5 M4 8H2.5 M4 11H2.5 M6.8 5.2h3.6",
  search: "M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4z M10.2 10.2l3.3 3.3",
  copy: "M5.5 5.5h8v8h-8z M3 10.5h-.5v-8h8V3",
  warning: "M8 2.2 14.6 13.5H1.4z M8 6.5v3.2 M8 11.6h.01",
  error:
    "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z M8 4.8v3.9 M8 11h.01",
  check: "M3 8.5l3.3 3.3L13 4.6",
  globe:
    "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z M1.8 8h12.4 M8 1.8c-3.6 3.9-3.6 8.5 0 12.4 M8 1.8c3.6 3.9 3.6 8.5 0 12.4",
  pencil: "M3 13l.6-2.8 7.4-7.4 2.2 2.2-7.4 7.4z",
  reset: "M3 3v3.5h3.5 M3.3 6.3A5.2 5.2 0 1 1 2.9 9",
  keyboard:
    "M1.5 4h13v8h-13z M4 6.7h.01 M6.7 6.7h.01 M9.3 6.7h.01 M12 6.7h.01 M5 9.5h6",
} as const;

/** A picture that goes with a word. */
export type IconName = keyof typeof outlines;
