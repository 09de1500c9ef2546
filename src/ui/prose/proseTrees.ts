import type { ProseNode } from "../../notebook/prose/tree.ts";

type Trees = Readonly<Record<string, readonly ProseNode[]>>;

let known: Trees = {};
let toTree: ((markdown: string) => readonly ProseNode[]) | undefined;

/** Takes texts that were read elsewhere, so that the page need not load what reads them. */
export function knowProse(trees: Trees): void {
  known = trees;
}

/** What a Markdown text says; at once if it is known or what reads it is there. */
export function readProse(
  markdown: string,
): readonly ProseNode[] | Promise<readonly ProseNode[]> {
  if (Object.hasOwn(known, markdown)) return known[markdown]!;
  return toTree ? toTree(markdown) : load(markdown);
}

async function load(markdown: string): Promise<readonly ProseNode[]> {
  ({ toTree } = await import("../../notebook/prose/tree.ts"));
  return toTree(markdown);
}
