/** The declarations that cells are checked with, by their file names: ECMAScript's, a worker's, and the language's own. */
import language from "../language/flowbook.d.ts?raw";

const modules = import.meta.glob<string>(
  [
    "/node_modules/typescript/lib/lib.es5.d.ts",
    "/node_modules/typescript/lib/lib.es20{15,16,17,18,19,20,21,22,23}.d.ts",
    "/node_modules/typescript/lib/lib.es20{15,16,17,18,19,20,21,22,23}.*.d.ts",
    "/node_modules/typescript/lib/lib.decorators{,.legacy}.d.ts",
    "/node_modules/typescript/lib/lib.webworker{,.importscripts,.iterable,.asynciterable}.d.ts",
    "!/node_modules/typescript/lib/*.full.d.ts",
  ],
  { query: "?raw", import: "default", eager: true },
);

export const languagePath = "/flowbook.d.ts";

export const libraries: ReadonlyMap<string, string> = new Map([
  ...Object.entries(modules).map(
    ([path, text]) => [path.replace(/^.*\//, "/lib/"), text] as const,
  ),
  [languagePath, language],
]);
