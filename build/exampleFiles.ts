import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

/** Files of examples that are too large to be kept here, and the packages of development that have them. */
const files = {
  "examples/flights/flights-3m.parquet":
    "vega-datasets/data/flights-3m.parquet",
};

/** Their names in the build. */
export const largeFiles = Object.keys(files);

const pathOf = (file: string): string =>
  fileURLToPath(new URL(`../node_modules/${file}`, import.meta.url));

/** Where such a file is; undefined if it is one that is kept here. */
export function findLargeFile(name: string): string | undefined {
  const source = (files as Record<string, string>)[`examples/${name}`];
  return source && pathOf(source);
}

/** Puts the large files of examples into the build, and serves them while developing. */
export function exampleFiles(): Plugin {
  return {
    name: "flowbook-example-files",
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const found = Object.entries(files).find(([name]) =>
          request.url?.endsWith(`/${name}`),
        );
        if (!found) return next();
        createReadStream(pathOf(found[1])).on("error", next).pipe(response);
      });
    },
    async generateBundle() {
      for (const [fileName, source] of Object.entries(files))
        this.emitFile({
          type: "asset",
          fileName,
          source: await readFile(pathOf(source)),
        });
    },
  };
}
