import { relative } from "node:path";
import type { Plugin } from "vite";

const query = "?shared-worker";

/**
 * `import url from "./engine.worker.ts?shared-worker"` gives the address of a module worker that is built together with the
 * page: what both need is one file, which is loaded once. (Vite's own workers are builds of their own, with a copy of each.)
 */
export function sharedWorker(): Plugin {
  let isBuild = false;
  let root = "";
  return {
    name: "flowbook-shared-worker",
    enforce: "pre",
    configResolved(config) {
      isBuild = config.command === "build";
      root = config.root;
    },
    async resolveId(source, importer) {
      if (!source.endsWith(query)) return null;
      const file = await this.resolve(source.slice(0, -query.length), importer);
      return file ? file.id + query : null;
    },
    load(id) {
      if (!id.endsWith(query)) return null;
      const file = id.slice(0, -query.length);
      if (!isBuild)
        // The server of `vite dev` gives every module by its own path.
        return `export default new URL(${JSON.stringify(`/${relative(root, file)}`)}, import.meta.url).href`;
      const worker = this.emitFile({ type: "chunk", id: file });
      return `export default import.meta.ROLLUP_FILE_URL_${worker}`;
    },
  };
}
