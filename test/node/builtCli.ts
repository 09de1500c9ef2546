import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll } from "vitest";

/** Builds the command line before the tests of a file, and removes it after them. Gives the path of its script. */
export function builtCli(): string {
  const cache = resolve("node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const program = mkdtempSync(join(cache, "cli-"));
  // A build is no test: on a busy machine it may take a while.
  beforeAll(
    () =>
      build({
        configFile: "vite.node.config.ts",
        build: { outDir: program },
      }),
    120_000,
  );
  afterAll(() => rmSync(program, { recursive: true, force: true }));
  return join(program, "cli.mjs");
}
