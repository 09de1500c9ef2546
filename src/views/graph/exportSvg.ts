/** Properties that the styles of a page give to what is drawn. */
const properties = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "visibility",
  "display",
  "transform",
] as const;

const margin = 24;

/** The picture that was drawn into an element as the text of an SVG file that needs no other file, in the colours of the page. */
export function exportSvg(element: HTMLElement): string {
  const drawn = element.querySelector("svg");
  const content = drawn?.querySelector<SVGGraphicsElement>(".canvas") ?? drawn;
  if (!drawn || !content) return `<svg xmlns="http://www.w3.org/2000/svg"/>`;
  const box = content.getBBox();
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  // The animation of a running task would otherwise be caught in the middle.
  inlineStyles(drawn, copy);
  for (const hidden of copy.querySelectorAll(
    ".ring, .hit, .toggle, .track, .bar",
  ))
    if (
      hidden.getAttribute("display") === "none" ||
      hidden.matches(".ring, .hit, .toggle")
    )
      hidden.remove();
  copy.querySelector(".canvas")?.removeAttribute("transform");
  for (const attribute of [
    "role",
    "aria-label",
    "aria-roledescription",
    "class",
    "style",
    "transform",
    "cursor",
  ])
    copy.removeAttribute(attribute);
  for (const inner of copy.querySelectorAll("*"))
    for (const { name } of [...inner.attributes])
      if (/^(class|style|role|tabindex|aria-.*|data-.*)$/.test(name))
        inner.removeAttribute(name);

  const [x, y] = [box.x - margin, box.y - margin];
  const [width, height] = [
    Math.ceil(box.width + 2 * margin),
    Math.ceil(box.height + 2 * margin),
  ];
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const fill = groundColour(element);
  for (const [key, value] of Object.entries({ x, y, width, height, fill }))
    ground.setAttribute(key, String(value));
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}

/** An SVG file as a picture in PNG, `scale` pixels for each of its units. */
export async function svgToPng(svg: string, scale = 2): Promise<Blob> {
  const address = URL.createObjectURL(
    new Blob([svg], { type: "image/svg+xml" }),
  );
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * scale;
    canvas.height = image.naturalHeight * scale;
    canvas
      .getContext("2d")
      ?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) =>
        blob
          ? resolve(blob)
          : reject(
              new Error(
                "The graph is too large for a PNG. Export it as SVG instead.",
              ),
            ),
      );
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

function inlineStyles(drawn: Element, copy: Element): void {
  const style = getComputedStyle(drawn);
  for (const property of properties) {
    // A transform that is an attribute is copied as one.
    if (
      property === "transform" &&
      (drawn.hasAttribute("transform") || drawn.matches(".turning"))
    )
      continue;
    const value = style.getPropertyValue(property);
    if (
      value === "" ||
      (value === "none" && property !== "fill" && property !== "display")
    )
      continue;
    copy.setAttribute(
      property,
      property === "transform" ? svgTransform(value) : value,
    );
  }
  for (let i = 0; i < drawn.children.length; i += 1)
    inlineStyles(drawn.children[i]!, copy.children[i]!);
}

/** A transform of a style in the form that an attribute takes. */
function svgTransform(value: string): string {
  const matrix = new DOMMatrixReadOnly(value);
  return `matrix(${matrix.a} ${matrix.b} ${matrix.c} ${matrix.d} ${matrix.e} ${matrix.f})`;
}

function groundColour(element: Element): string {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (
      colour !== "" &&
      colour !== "transparent" &&
      colour !== "rgba(0, 0, 0, 0)"
    )
      return colour;
  }
  return "white";
}
