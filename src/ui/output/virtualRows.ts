/** Which rows of a long table are made, and the empty room before and after them. */
export interface VisibleRows {
  first: number;
  /** One after the last. */
  end: number;
  before: number;
  after: number;
}

/** Browsers do not draw elements that are higher than some 17 million pixels; above this height rows are scrolled in proportion. */
export const highest = 8_000_000;
const overscan = 8;

export function visibleRows(view: {
  scrollTop: number;
  viewHeight: number;
  rowHeight: number;
  total: number;
}): VisibleRows {
  const { viewHeight, rowHeight, total } = view;
  const inView = rowsInView(viewHeight, rowHeight);
  const height = Math.min(total * rowHeight, highest);
  const scrollTop = Math.max(0, Math.min(view.scrollTop, height));
  if (total * rowHeight <= highest) {
    const first = Math.max(
      0,
      Math.min(Math.floor(scrollTop / rowHeight), total - inView) - overscan,
    );
    const end = Math.min(
      total,
      Math.max(first, Math.floor(scrollTop / rowHeight)) + inView + overscan,
    );
    return {
      first,
      end,
      before: first * rowHeight,
      after: (total - end) * rowHeight,
    };
  }
  const share = Math.min(1, scrollTop / Math.max(1, height - viewHeight));
  const first = Math.round(share * (total - inView));
  const end = Math.min(total, first + inView);
  const before = Math.min(scrollTop, height - (end - first) * rowHeight);
  return {
    first,
    end,
    before,
    after: height - before - (end - first) * rowHeight,
  };
}

/** How many rows are in sight at most, also where the first and the last of them are cut. */
export function rowsInView(viewHeight: number, rowHeight: number): number {
  return Math.ceil(viewHeight / rowHeight) + 1;
}
