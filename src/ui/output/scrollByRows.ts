import { highest, rowsInView } from "./virtualRows.ts";

/** No row is higher, in pixels. */
const mostRowHeight = 80;

/**
 * Lets keys and wheel go through the rows of the table in an element: the browser would pass over those that the head of the
 * table covers, and over hundreds of a very long one, in which a row is few pixels.
 */
export function scrollByRows(
  total: () => number,
): (element: HTMLElement) => () => void {
  return (element) => {
    const listening = new AbortController();
    const { signal } = listening;
    const onKey = (event: KeyboardEvent) => scrollByKey(event, total());
    element.addEventListener("keydown", onKey, { signal });
    /** What has been turned and is no whole row yet. */
    let rest = 0;
    const onWheel = (event: WheelEvent) => {
      rest = scrollByWheel(event, total(), rest);
    };
    // Who listens to the wheel makes the browser wait for the page.
    if (total() * mostRowHeight > highest)
      element.addEventListener("wheel", onWheel, { signal, passive: false });
    return () => listening.abort();
  };
}

function scrollByKey(event: KeyboardEvent, total: number): void {
  const { target, key, shiftKey } = event;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (!(target instanceof Element && target.matches("[role=region]"))) return;
  const table = findTable(target);
  if (!table) return;
  // The last row stays in sight, as the first one.
  const page = Math.max(1, table.page - 1);
  const rows = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    " ": shiftKey ? -page : page,
  }[key];
  if (rows !== undefined) scroll(event, table, rows, total);
}

/** Where a row is as high as it looks the browser does that, and more smoothly. Gives what is left of the rows. */
function scrollByWheel(event: WheelEvent, total: number, rest: number): number {
  const { ctrlKey, shiftKey, deltaX, deltaY, deltaMode } = event;
  if (ctrlKey || shiftKey || Math.abs(deltaX) > Math.abs(deltaY)) return 0;
  const table = findTable(event.target);
  if (!table || total * table.rowHeight <= highest) return 0;
  const { rowHeight, page } = table;
  const units: Readonly<Record<number, number>> = {
    [WheelEvent.DOM_DELTA_PIXEL]: 1 / rowHeight,
    [WheelEvent.DOM_DELTA_PAGE]: page,
  };
  const turned = rest + deltaY * (units[deltaMode] ?? 1);
  const rows = Math.trunc(turned);
  if (rows === 0) event.preventDefault();
  else scroll(event, table, rows, total);
  return turned - rows;
}

/** A table of rows in the region that scrolls it. */
interface ShownTable {
  region: Element;
  rowHeight: number;
  viewHeight: number;
  /** How many rows are wholly in sight. */
  page: number;
}

function findTable(target: EventTarget | null): ShownTable | undefined {
  const region = target instanceof Element && target.closest("[role=region]");
  if (!region) return undefined;
  const rowHeight = region.querySelector<HTMLElement>(".row")?.offsetHeight;
  if (!rowHeight) return undefined;
  const viewHeight = region.clientHeight;
  const head = region.querySelector("th")?.offsetHeight ?? 0;
  const page = Math.floor((viewHeight - head) / rowHeight);
  return { region, rowHeight, viewHeight, page };
}

function scroll(
  event: Event,
  { region, ...view }: ShownTable,
  rows: number,
  total: number,
): void {
  const { scrollTop } = region;
  region.scrollTop = scrolledBy(rows, { scrollTop, ...view, total });
  // At the end of the table it is for what the table stands in.
  if (region.scrollTop !== scrollTop) event.preventDefault();
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
