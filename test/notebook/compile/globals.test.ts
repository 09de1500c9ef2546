import { readFileSync } from "node:fs";
import globals from "globals";
import { describe, expect, it } from "vitest";
import {
  commonGlobals,
  isGlobal,
  languageTypes,
  languageValues,
  workerGlobals,
} from "../../../src/notebook/compile/globals.ts";

const declarations = readFileSync(
  new URL("../../../src/language/flowbook.d.ts", import.meta.url),
  "utf8",
);

describe("names that are in scope everywhere", () => {
  it("are the values and types that flowbook.d.ts lets one import", () => {
    const names = [
      ...declarations.matchAll(/^ +export import (\w+) = globalThis\.\1/gm),
    ].map((match) => match[1] ?? "");
    const values = new Set(
      [...declarations.matchAll(/^declare (?:function|var) (\w+)/gm)].map(
        (match) => match[1] ?? "",
      ),
    );
    expect([...languageValues].sort()).toEqual(
      names.filter((name) => values.has(name)).sort(),
    );
    expect([...languageTypes].sort()).toEqual(
      names.filter((name) => !values.has(name)).sort(),
    );
  });

  it("have all of ES2023", () => {
    for (const name of Object.keys(globals.es2023))
      expect(commonGlobals, name).toContain(name);
  });

  it("have nothing that a worker has not", () => {
    const known = new Set([
      ...Object.keys(globals.es2023),
      ...Object.keys(globals.worker),
      ...Object.keys(globals.serviceworker),
    ]);
    for (const name of [...commonGlobals, ...workerGlobals])
      expect(known, name).toContain(name);
  });

  it("are no words that only a page has", () => {
    expect(["document", "window", "localStorage"].filter(isGlobal)).toEqual([]);
  });
});
