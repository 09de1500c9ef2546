import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { parseNotebook } from "../src/notebook/parse.ts";
import type { DocsPage, DocsPart } from "../src/ui/docs/docsPages.ts";
import { toTree, type ProseNode } from "../src/notebook/prose/tree.ts";

const name = "virtual:docs";
const folder = fileURLToPath(
  new URL("../public/examples/docs", import.meta.url),
);

/** The pages of the docs, in the order in which `contents.json` has them. */
export async function readDocs(): Promise<DocsPart[]> {
  const contents = JSON.parse(
    await readFile(join(folder, "contents.json"), "utf8"),
  ) as { title: string; pages: string[] }[];
  return Promise.all(
    contents.map(async ({ title, pages }) => ({
      title,
      pages: await Promise.all(pages.map(readPage)),
    })),
  );
}

async function readPage(page: string): Promise<DocsPage> {
  const text = await readFile(join(folder, `${page}.flow.md`), "utf8");
  const { title, cells } = parseNotebook(text).notebook;
  const headings = cells
    .filter(({ kind }) => kind === "md")
    .flatMap(({ source }) => toTree(source).flatMap(headingOf))
    .filter((heading) => heading !== title);
  return { name: `docs/${page}`, title, headings };
}

function headingOf(node: ProseNode): string[] {
  return typeof node !== "string" && /^h\d$/.test(node.tag)
    ? [textOf(node)]
    : [];
}

function textOf(node: ProseNode): string {
  return typeof node === "string" ? node : node.children.map(textOf).join("");
}

/** Gives the page what can be found in the docs, as `import("virtual:docs")`. */
export function docs(): Plugin {
  return {
    name: "flowbook-docs",
    resolveId: (source) => (source === name ? `\0${name}` : null),
    async load(id) {
      if (id !== `\0${name}`) return null;
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(await readDocs()))})`;
    },
  };
}
