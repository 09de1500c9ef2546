/** What runs in Node: the command line program, the library and their threads. `vite build -c vite.node.config.ts [--outDir folder]` */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { sandboxBundle } from "./build/sandboxBundle.ts";

const root = import.meta.dirname;

/** `import url from "x.wasm?url"` gives an address that `fetch` reads without a server. */
function wasmAsData(): Plugin {
  const query = ".wasm?url";
  return {
    name: "flowbook-wasm-as-data",
    enforce: "pre",
    async resolveId(source, importer) {
      if (!source.endsWith(query)) return null;
      const file = await this.resolve(source.slice(0, -4), importer);
      return file ? `\0data:${file.id}` : null;
    },
    async load(id) {
      if (!id.startsWith("\0data:")) return null;
      const bytes = await readFile(id.slice("\0data:".length));
      return `export default "data:application/wasm;base64,${bytes.toString("base64")}"`;
    },
  };
}

export default defineConfig({
  root,
  logLevel: "warn",
  plugins: [wasmAsData(), sandboxBundle()],
  // All but what is native or optional is in the files, so that they run without anything beside them.
  ssr: { noExternal: true, external: ["better-sqlite3", "bullmq", "ioredis"] },
  build: {
    ssr: true,
    outDir: "dist-node",
    emptyOutDir: true,
    target: "node20",
    copyPublicDir: false,
    rollupOptions: {
      input: {
        cli: join(root, "src/node/cli.ts"),
        flowbook: join(root, "src/node/library.ts"),
        "task.thread": join(root, "src/node/task.thread.ts"),
        "database.thread": join(root, "src/node/database.thread.ts"),
        "reader.process": join(root, "src/node/reader.process.ts"),
      },
      output: {
        entryFileNames: "[name].mjs",
        // In the same folder: whatever starts a thread finds its script beside itself.
        chunkFileNames: "[name]-[hash].mjs",
      },
    },
  },
});
