/** The place of an element as one writes it, `[3][0]`, from that of a log line, `3.0`; empty for none. */
export function placeText(element: string | undefined): string {
  return element === undefined
    ? ""
    : element.replace(/\d+/g, "[$&]").replaceAll(".", "");
}

/** The element that was typed, in whatever way: `3`, `[3][0]`, `3.0`, `3, 0`; undefined for none. */
export function elementOf(typed: string): string | undefined {
  return typed.match(/\d+/g)?.join(".");
}

/** Whether a line is one of an element, or of what is inside it in a nested map. */
export function fitsElement(
  element: string | undefined,
  wanted: string | undefined,
): boolean {
  if (wanted === undefined) return true;
  return element === wanted || element?.startsWith(`${wanted}.`) === true;
}
