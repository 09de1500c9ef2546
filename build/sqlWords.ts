import { SQLite } from "@codemirror/lang-sql";
import type { Plugin } from "vite";

const name = "virtual:sql-words";

/** What the editor knows of SQLite's words, without the editor (`import("virtual:sql-words")` gives it). */
export function sqlWords(): Plugin {
  return {
    name: "flowbook-sql-words",
    resolveId: (source) => (source === name ? `\0${name}` : null),
    load(id) {
      if (id !== `\0${name}`) return null;
      const { keywords = "", types = "", builtin = "" } = SQLite.spec;
      return `export default ${JSON.stringify({ keywords, types, builtin })}`;
    },
  };
}
