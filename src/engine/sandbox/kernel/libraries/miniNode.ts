import type { MiniDocument } from "./miniDocument.ts";
import { makeStyle, type MiniStyle } from "./miniStyle.ts";
import { namespaces } from "./namespaces.ts";
import { matchesSelector, parseSelector } from "./selector.ts";
import { writeMarkup } from "./writeMarkup.ts";

/** A node of the tree. */
export abstract class MiniNode {
  abstract readonly nodeType: number;
  abstract readonly nodeName: string;
  abstract textContent: string;
  readonly ownerDocument: MiniDocument;
  parentNode: MiniElement | null = null;

  constructor(document: MiniDocument) {
    this.ownerDocument = document;
  }

  get parentElement(): MiniElement | null {
    return this.parentNode;
  }

  get nextSibling(): MiniNode | null {
    return this.#sibling(1);
  }

  get previousSibling(): MiniNode | null {
    return this.#sibling(-1);
  }

  get isConnected(): boolean {
    return false;
  }

  remove(): void {
    this.parentNode?.removeChild(this);
  }

  replaceWith(...nodes: (MiniNode | string)[]): void {
    const parent = this.parentNode;
    if (!parent) return;
    const next = this.nextSibling;
    this.remove();
    for (const node of nodes) parent.insertBefore(this.adopt(node), next);
  }

  /** Bits as in the DOM: 4 if the other node follows, 2 if it precedes, 8 and 16 for around and inside. */
  compareDocumentPosition(other: MiniNode): number {
    if (other === this) return 0;
    const mine = pathOf(this);
    const others = pathOf(other);
    if (mine[0] !== others[0]) return 1;
    let depth = 0;
    while (mine[depth] === others[depth] && depth < mine.length) depth += 1;
    if (depth === mine.length) return 4 | 16;
    if (depth === others.length) return 2 | 8;
    const siblings = mine[depth]!.parentNode!.childNodes;
    return siblings.indexOf(mine[depth]!) < siblings.indexOf(others[depth]!)
      ? 4
      : 2;
  }

  abstract cloneNode(deep?: boolean): MiniNode;

  protected adopt(node: MiniNode | string): MiniNode {
    return typeof node === "string"
      ? this.ownerDocument.createTextNode(node)
      : node;
  }

  #sibling(step: number): MiniNode | null {
    const siblings = this.parentNode?.childNodes;
    return siblings?.[siblings.indexOf(this) + step] ?? null;
  }
}

function pathOf(node: MiniNode): MiniNode[] {
  const path = [node];
  while (path[0]!.parentNode) path.unshift(path[0]!.parentNode);
  return path;
}

export class MiniText extends MiniNode {
  readonly nodeType = 3;
  readonly nodeName = "#text";
  data: string;

  constructor(document: MiniDocument, data: string) {
    super(document);
    this.data = data;
  }

  get textContent(): string {
    return this.data;
  }

  set textContent(text: string) {
    this.data = text;
  }

  cloneNode(): MiniText {
    return new MiniText(this.ownerDocument, this.data);
  }
}

export class MiniElement extends MiniNode {
  readonly nodeType = 1;
  readonly localName: string;
  readonly namespaceURI: string;
  childNodes: MiniNode[] = [];
  /** By name, with the prefix of a namespace. */
  readonly attributes = new Map<string, string>();
  /** Markup that was assigned to innerHTML; it is written out as it is. */
  rawMarkup: string | undefined;
  #style: MiniStyle | undefined;

  constructor(document: MiniDocument, namespace: string, name: string) {
    super(document);
    this.namespaceURI = namespace;
    this.localName = name;
  }

  get nodeName(): string {
    return this.namespaceURI === namespaces.html
      ? this.localName.toUpperCase()
      : this.localName;
  }

  get tagName(): string {
    return this.nodeName;
  }

  get id(): string {
    return this.getAttribute("id") ?? "";
  }

  set id(id: string) {
    this.setAttribute("id", id);
  }

  get className(): string {
    return this.getAttribute("class") ?? "";
  }

  set className(names: string) {
    this.setAttribute("class", names);
  }

  get style(): MiniStyle {
    return (this.#style ??= makeStyle(this));
  }

  set style(text: unknown) {
    this.setAttribute("style", String(text));
  }

  get children(): MiniElement[] {
    return this.childNodes.filter((node) => node instanceof MiniElement);
  }

  get firstChild(): MiniNode | null {
    return this.childNodes[0] ?? null;
  }

  get lastChild(): MiniNode | null {
    return this.childNodes[this.childNodes.length - 1] ?? null;
  }

  get firstElementChild(): MiniElement | null {
    return this.children[0] ?? null;
  }

  get textContent(): string {
    return this.childNodes.map((node) => node.textContent).join("");
  }

  set textContent(text: string | null) {
    this.replaceChildren();
    const content = text === null || text === undefined ? "" : String(text);
    if (content) this.appendChild(this.ownerDocument.createTextNode(content));
  }

  get innerHTML(): string {
    return writeMarkup(this, "inside");
  }

  set innerHTML(markup: string) {
    this.replaceChildren();
    this.rawMarkup = String(markup);
  }

  get outerHTML(): string {
    return writeMarkup(this, "whole");
  }

  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null;
  }

  setAttribute(name: string, value: unknown): void {
    this.attributes.set(name, String(value));
  }

  removeAttribute(name: string): void {
    this.attributes.delete(name);
  }

  hasAttribute(name: string): boolean {
    return this.attributes.has(name);
  }

  getAttributeNS(namespace: string | null, name: string): string | null {
    return this.getAttribute(prefixed(namespace, name));
  }

  setAttributeNS(namespace: string | null, name: string, value: unknown): void {
    this.setAttribute(prefixed(namespace, name), value);
  }

  removeAttributeNS(namespace: string | null, name: string): void {
    this.removeAttribute(prefixed(namespace, name));
  }

  appendChild<T extends MiniNode>(node: T): T {
    return this.insertBefore(node, null);
  }

  insertBefore<T extends MiniNode>(node: T, before: MiniNode | null): T {
    if (node instanceof MiniElement && node.contains(this))
      throw new Error("An element cannot be put into itself.");
    if ((node as MiniNode) === before) return node;
    node.remove();
    node.parentNode = this;
    const index = before ? this.childNodes.indexOf(before) : -1;
    if (index < 0) this.childNodes.push(node);
    else this.childNodes.splice(index, 0, node);
    return node;
  }

  removeChild<T extends MiniNode>(node: T): T {
    const index = this.childNodes.indexOf(node);
    if (index >= 0) {
      this.childNodes.splice(index, 1);
      node.parentNode = null;
    }
    return node;
  }

  replaceChild<T extends MiniNode>(node: MiniNode, old: T): T {
    this.insertBefore(node, old);
    return this.removeChild(old);
  }

  append(...nodes: (MiniNode | string)[]): void {
    for (const node of nodes) this.appendChild(this.adopt(node));
  }

  prepend(...nodes: (MiniNode | string)[]): void {
    const first = this.firstChild;
    for (const node of nodes) this.insertBefore(this.adopt(node), first);
  }

  replaceChildren(...nodes: (MiniNode | string)[]): void {
    for (const child of this.childNodes) child.parentNode = null;
    this.childNodes = [];
    this.rawMarkup = undefined;
    this.append(...nodes);
  }

  hasChildNodes(): boolean {
    return this.childNodes.length > 0;
  }

  contains(node: MiniNode | null): boolean {
    for (let at = node; at; at = at.parentNode) if (at === this) return true;
    return false;
  }

  matches(selector: string): boolean {
    return matchesSelector(this, parseSelector(selector));
  }

  closest(selector: string): MiniElement | null {
    const parsed = parseSelector(selector);
    if (matchesSelector(this, parsed)) return this;
    for (let at = this.parentNode; at; at = at.parentNode)
      if (matchesSelector(at, parsed)) return at;
    return null;
  }

  querySelector(selector: string): MiniElement | null {
    const parsed = parseSelector(selector);
    for (const element of descendants(this))
      if (matchesSelector(element, parsed)) return element;
    return null;
  }

  querySelectorAll(selector: string): MiniElement[] {
    const parsed = parseSelector(selector);
    return [...descendants(this)].filter((element) =>
      matchesSelector(element, parsed),
    );
  }

  getElementsByTagName(name: string): MiniElement[] {
    return this.querySelectorAll(name);
  }

  cloneNode(deep = false): MiniElement {
    const clone = new MiniElement(
      this.ownerDocument,
      this.namespaceURI,
      this.localName,
    );
    for (const [name, value] of this.attributes)
      clone.attributes.set(name, value);
    clone.rawMarkup = this.rawMarkup;
    if (deep)
      for (const child of this.childNodes)
        clone.appendChild(child.cloneNode(true));
    return clone;
  }

  // Nothing ever happens to a chart in a worker.
  addEventListener(): void {}
  removeEventListener(): void {}
  dispatchEvent(): boolean {
    return true;
  }

  /** About what the text in it takes; shapes have no size here. */
  getBBox(): { x: number; y: number; width: number; height: number } {
    const lines = this.querySelectorAll("tspan").filter(
      (line) => line.parentNode?.localName === "text",
    );
    const texts = (lines.length > 0 ? lines : [this]).map(
      (line) => line.textContent,
    );
    const longest = Math.max(...texts.map((text) => text.length));
    const size = fontSizeOf(this);
    return {
      x: 0,
      y: -size,
      width: longest * size * 0.6,
      height: texts.length * size * 1.1,
    };
  }

  getBoundingClientRect(): {
    x: number;
    y: number;
    left: number;
    top: number;
    width: number;
    height: number;
  } {
    const { x, y, width, height } = this.getBBox();
    return { x, y, left: x, top: y, width, height };
  }

  getComputedTextLength(): number {
    return this.getBBox().width;
  }
}

function fontSizeOf(element: MiniElement): number {
  for (let at: MiniElement | null = element; at; at = at.parentNode) {
    const size = Number.parseFloat(at.getAttribute("font-size") ?? "");
    if (size > 0) return size;
  }
  return 10;
}

function prefixed(namespace: string | null, name: string): string {
  if (name.includes(":")) return name;
  if (namespace === namespaces.xlink) return `xlink:${name}`;
  if (namespace === namespaces.xml) return `xml:${name}`;
  return name;
}

function* descendants(element: MiniElement): Generator<MiniElement> {
  for (const child of element.childNodes)
    if (child instanceof MiniElement) {
      yield child;
      yield* descendants(child);
    }
}
