/**
 * A document that is just enough for D3 selections and Observable Plot to build charts in a worker, where there is none:
 * a tree of elements with attributes, styles, text and simple selectors, which can be written out as markup.
 * It draws nothing, measures text by a rule of thumb, and never fires an event.
 */
import { makeCanvasContext, type CanvasContext } from "./canvas.ts";
import { MiniElement, MiniText } from "./miniNode.ts";
import { namespaces } from "./namespaces.ts";

/** A canvas, for what Plot paints pixel by pixel: the ramp of a legend, a raster. */
class MiniCanvas extends MiniElement {
  width = 300;
  height = 150;
  #context: CanvasContext | undefined;

  getContext(kind: string): CanvasContext | null {
    if (kind !== "2d") return null;
    return (this.#context ??= makeCanvasContext(this.width, this.height));
  }

  toDataURL(): string {
    return (
      this.#context ?? makeCanvasContext(this.width, this.height)
    ).toUrl();
  }
}

class MiniEvent {
  readonly type: string;
  constructor(type: string) {
    this.type = type;
  }
}

export class MiniDocument {
  readonly nodeType = 9;
  readonly documentElement: MiniElement;
  readonly body: MiniElement;
  readonly defaultView: Record<string, unknown>;

  constructor() {
    this.documentElement = this.createElement("html");
    this.body = this.createElement("body");
    this.documentElement.appendChild(this.body);
    this.defaultView = {
      document: this,
      Event: MiniEvent,
      CustomEvent: MiniEvent,
      getComputedStyle: (element: MiniElement) => element.style,
    };
  }

  createElement(name: string): MiniElement {
    return name.toLowerCase() === "canvas"
      ? new MiniCanvas(this, namespaces.html, "canvas")
      : new MiniElement(this, namespaces.html, name.toLowerCase());
  }

  createElementNS(namespace: string, name: string): MiniElement {
    return namespace === namespaces.html
      ? this.createElement(name)
      : new MiniElement(this, namespace, name);
  }

  createTextNode(text: unknown): MiniText {
    return new MiniText(this, String(text));
  }

  querySelector(selector: string): MiniElement | null {
    return this.documentElement.querySelector(selector);
  }

  querySelectorAll(selector: string): MiniElement[] {
    return this.documentElement.querySelectorAll(selector);
  }
}
