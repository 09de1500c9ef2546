import * as plotLibrary from "@observablehq/plot";
import * as d3Library from "d3";
import { MiniDocument } from "./miniDocument.ts";

type Options = Record<string, unknown> & { marks?: readonly unknown[] };
type Draw = (options?: Options) => unknown;

/** The document that charts are made in. */
export const document = new MiniDocument();

const lib = plotLibrary as unknown as Record<string, unknown> & {
  plot: Draw;
  legend: Draw;
  Mark: { prototype: { plot: Draw } };
};

/** Draws, and lets Plot finish at once what it does only when the browser has laid out the text: the boxes of tips. */
function draw(render: () => unknown): unknown {
  const scope = globalThis as { requestAnimationFrame?: unknown };
  const before = Object.getOwnPropertyDescriptor(
    scope,
    "requestAnimationFrame",
  );
  const later: (() => void)[] = [];
  Object.defineProperty(scope, "requestAnimationFrame", {
    configurable: true,
    value: (callback: () => void) => later.push(callback),
  });
  try {
    const node = render();
    for (const callback of later) callback();
    return node;
  } finally {
    delete scope.requestAnimationFrame;
    if (before) Object.defineProperty(scope, "requestAnimationFrame", before);
  }
}

const plot: Draw = (options = {}) =>
  draw(() => lib.plot({ document, ...options }));

// `Plot.dot(rows).plot()` calls the library's own function, which would look for the browser's document.
lib.Mark.prototype.plot = Object.assign(
  function (this: unknown, { marks = [], ...options }: Options = {}) {
    return plot({ ...options, marks: [...marks, this] });
  },
  // As outputs.ts knows marks, and lists of them that Plot makes: what has this method.
  { drawsMark: true },
);

/** Observable Plot, drawing into {@link document}. */
export const Plot: Record<string, unknown> = {
  ...lib,
  plot,
  legend: (options: Options = {}) =>
    draw(() => lib.legend({ document, ...options })),
};

/** D3; what it makes from nothing, it makes in {@link document}. */
export const d3: Record<string, unknown> = {
  ...d3Library,
  create: (name: string) =>
    d3Library.select(
      d3Library
        .creator(name)
        .call(document.documentElement as unknown as HTMLElement),
    ),
  select: (target: unknown) =>
    d3Library.select(
      (typeof target === "string"
        ? document.querySelector(target)
        : target) as HTMLElement,
    ),
  selectAll: (target: unknown) =>
    d3Library.selectAll(
      (typeof target === "string"
        ? document.querySelectorAll(target)
        : target) as HTMLElement[],
    ),
};
