/** A new element of an SVG. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | number>> = {},
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes))
    element.setAttribute(key, String(value));
  return element;
}

/** Changes the text of an element, if it is another. */
export function setText(element: SVGElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Changes an attribute of an element, if it is another: the shape of a path is laid out anew though it is the same. */
export function setAttribute(
  element: SVGElement,
  name: string,
  value: string,
): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** What is in the elements that are left out. */
const leftOut = new WeakMap<SVGElement, readonly ChildNode[]>();

/**
 * Shows an element or leaves it out, and takes from the document what is in it: Chromium lays out the contents of a `g` that is not
 * displayed. The same as before costs nothing.
 */
export function setShown(element: SVGElement, isShown: boolean): void {
  const contents = leftOut.get(element);
  if (isShown === (contents === undefined)) return;
  if (contents) leftOut.delete(element);
  else leftOut.set(element, [...element.childNodes]);
  element.replaceChildren(...(contents ?? []));
  element.style.display = isShown ? "" : "none";
}
