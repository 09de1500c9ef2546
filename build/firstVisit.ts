import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { compileNotebook } from "../src/notebook/compile/compile.ts";
import { parseNotebook } from "../src/notebook/parse.ts";
import { toTree, type ProseNode } from "../src/notebook/prose/tree.ts";

const name = "virtual:first-visit";
const file = fileURLToPath(
  new URL("../public/examples/aircraft-etl.flow.md", import.meta.url),
);

/**
 * What a first visit shows needs neither parser nor compiler in the page: the build reads and compiles the first example
 * (`import("virtual:first-visit")` gives it), and puts its first cells into index.html, to be seen before any script has run.
 */
export function firstVisit(): Plugin {
  return {
    name: "flowbook-first-visit",
    resolveId: (source) => (source === name ? `\0${name}` : null),
    async load(id) {
      if (id !== `\0${name}`) return null;
      this.addWatchFile(file);
      const text = await readFile(file, "utf8");
      const { notebook, diagnostics } = parseNotebook(text);
      const program = compileNotebook(notebook);
      const wrong = [...diagnostics, ...program.diagnostics][0];
      if (wrong) throw new Error(`${file}: ${wrong.message}`);
      const prose = Object.fromEntries(
        notebook.cells
          .filter(({ kind }) => kind === "md")
          .map(({ source }) => [source, toTree(source)]),
      );
      const json = JSON.stringify({ text, notebook, program, prose });
      return `export default JSON.parse(${JSON.stringify(json)})`;
    },
    async transformIndexHtml(html) {
      const { notebook } = parseNotebook(await readFile(file, "utf8"));
      const [host = ""] = notebook.network;
      const [prose, code] = notebook.cells;
      if (prose?.kind !== "md" || !code || code.kind === "md")
        throw new Error(`${file}: begins with a text and a cell of code.`);
      const lines = code.source.split("\n");
      return html
        .replaceAll("%first.title%", escape(notebook.title))
        .replace("%first.host%", escape(host.replace(/^https:\/\//, "")))
        .replace("%first.prose%", () => print(toTree(prose.source)))
        .replace("%first.kind%", code.kind.toUpperCase())
        .replace("%first.name%", code.name)
        .replace("%first.numbers%", lines.map((_, at) => at + 1).join("\n"))
        .replace("%first.code%", () => escape(code.source));
    },
  };
}

function print(nodes: readonly ProseNode[]): string {
  return nodes
    .map((node) =>
      typeof node === "string"
        ? escape(node)
        : `<${node.tag}>${print(node.children)}</${node.tag}>`,
    )
    .join("");
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}
