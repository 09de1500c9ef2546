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

/** Shows an element or leaves it out. The same as before costs nothing. */
export function setShown(element: SVGElement, isShown: boolean): void {
  const display = isShown ? "" : "none";
  if (element.style.display !== display) element.style.display = display;
}
