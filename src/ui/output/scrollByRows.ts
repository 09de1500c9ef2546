import { highest, rowsInView } from "./virtualRows.ts";

/**
 * Lets the keys go through the rows of the table in an element: the browser would pass over those that the head of the table
 * covers, and over hundreds of a very long one, in which a row is few pixels.
 */
export function scrollByRows(
  total: () => number,
): (element: HTMLElement) => () => void {
  return (element) => {
    const onKey = (event: KeyboardEvent) => scrollByKey(event, total());
    element.addEventListener("keydown", onKey);
    return () => element.removeEventListener("keydown", onKey);
  };
}

function scrollByKey(event: KeyboardEvent, total: number): void {
  const { target: table, key, shiftKey } = event;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (!(table instanceof Element && table.matches("[role=region]"))) return;
  const rowHeight = table.querySelector<HTMLElement>(".row")?.offsetHeight;
  if (!rowHeight) return;
  const viewHeight = table.clientHeight;
  const head = table.querySelector("th")?.offsetHeight ?? 0;
  // The last row stays in sight, as the first one.
  const page = Math.max(1, Math.floor((viewHeight - head) / rowHeight) - 1);
  const rows = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    " ": shiftKey ? -page : page,
  }[key];
  if (rows === undefined) return;
  const before = table.scrollTop;
  table.scrollTop = scrolledBy(rows, {
    scrollTop: before,
    viewHeight,
    rowHeight,
    total,
  });
  // At the end of the table the key is for what it stands in.
  if (table.scrollTop !== before) event.preventDefault();
}

/** Where a table is to be scrolled to go on by so many rows. */
export function scrolledBy(
  rows: number,
  view: {
    scrollTop: number;
    viewHeight: number;
    rowHeight: number;
    total: number;
  },
): number {
  const { scrollTop, viewHeight, rowHeight, total } = view;
  const pixels =
    total * rowHeight <= highest
      ? rowHeight
      : (highest - viewHeight) / (total - rowsInView(viewHeight, rowHeight));
  return (Math.round(scrollTop / pixels) + rows) * pixels;
}
