import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collectPackage } from "../../../src/notebook/packages/collect.ts";
import {
  integrityOf,
  isIntegrity,
} from "../../../src/notebook/packages/integrity.ts";
import { readPins, writePin } from "../../../src/notebook/packages/pins.ts";
import {
  defaultCdn,
  packageAddress,
  readSpecifier,
  specifierProblem,
} from "../../../src/notebook/packages/specifier.ts";

describe("names of packages", () => {
  test.each([
    ["npm:d3-array@3.2.4", { name: "d3-array", version: "3.2.4", path: "" }],
    [
      "npm:@observablehq/plot@0.6.17",
      { name: "@observablehq/plot", version: "0.6.17", path: "" },
    ],
    [
      "npm:date-fns@4.1.0/locale/de",
      { name: "date-fns", version: "4.1.0", path: "/locale/de" },
    ],
    ["npm:x@1.0.0-beta.2", { name: "x", version: "1.0.0-beta.2", path: "" }],
  ])("%s is read", (text, specifier) => {
    expect(readSpecifier(text)).toEqual(specifier);
    expect(specifierProblem(text)).toBeUndefined();
  });

  test.each([
    "npm:d3",
    "npm:d3@latest",
    "npm:d3@^3.0.0",
    "npm:d3@3",
    "npm:../x@1.2.3",
    "npm:x@1.2.3/../../y",
    "npm:x@1.2.3?a",
    "npm:x@1.2.3/a b",
    "d3@1.2.3",
  ])("%s is refused with what to write", (text) => {
    expect(readSpecifier(text)).toBeUndefined();
    expect(specifierProblem(text)).toMatch(
      /Write the whole version, as in "npm:/,
    );
  });

  test("no name leads off the network that packages come from", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(..."npm:@/.a1-?#%\\ "),
          maxLength: 30,
        }),
        (tail) => {
          const specifier = readSpecifier(`npm:${tail}`);
          if (!specifier) return;
          for (const cdn of [defaultCdn, "https://esm.sh"])
            expect(new URL(packageAddress(cdn, specifier)).origin).toBe(cdn);
        },
      ),
    );
  });
});

const cdn = "https://cdn.example";

function serve(files: Record<string, string>): {
  fetched: string[];
  get: (address: string) => Promise<{ address: string; text: string }>;
} {
  const fetched: string[] = [];
  return {
    fetched,
    async get(address) {
      fetched.push(address);
      const text = files[new URL(address).pathname];
      if (text === undefined) throw new Error(`HTTP 404 ${address}`);
      return { address, text };
    },
  };
}

describe("fetching a package", () => {
  test("every module that it imports comes with it, once, and before those that import it", async () => {
    const { fetched, get } = serve({
      "/a@1.0.0":
        'export * from "/b.js"; import x from "./lib/c.js"; export const later = () => import("/d.js");',
      "/b.js": 'export { one } from "./lib/c.js"',
      "/lib/c.js": "export const one = 1; export default 2",
      "/d.js": "export default 3",
    });
    const { modules } = await collectPackage("npm:a@1.0.0", cdn, get);
    expect(modules.map(({ address }) => new URL(address).pathname)).toEqual([
      "/lib/c.js",
      "/b.js",
      "/d.js",
      "/a@1.0.0",
    ]);
    expect(fetched).toHaveLength(4);
    const entry = modules.at(-1)!;
    expect(
      entry.imports.map(({ from, to }) => entry.text.slice(from, to)),
    ).toEqual(['"/b.js"', '"./lib/c.js"', '"/d.js"']);
  });

  test.each([
    [
      { "/a@1.0.0": 'import "https://evil.example/x.js"' },
      /imports "https:\/\/evil\.example\/x\.js", which is not on https:\/\/cdn\.example/,
    ],
    [{ "/a@1.0.0": 'import "fs"' }, /imports "fs", which is not on/],
    [
      {
        "/a@1.0.0": 'import "/b.js"',
        "/b.js": 'import "/a@1.0.0?target=es2022"',
      },
      /circle.*set cdn/,
    ],
    [
      { "/a@1.0.0": "<html>not found</html>" },
      /no JavaScript module.*Check the name/,
    ],
  ])(
    "what cannot be used is refused with the reason: %j",
    async (files, message) => {
      await expect(
        collectPackage(
          "npm:a@1.0.0",
          cdn,
          serve(files as Record<string, string>).get,
        ),
      ).rejects.toThrow(message);
    },
  );

  test("a network that sends on to another host is refused", async () => {
    await expect(
      collectPackage("npm:a@1.0.0", cdn, async () => ({
        address: "https://evil.example/a",
        text: "1",
      })),
    ).rejects.toThrow(
      /sends on to https:\/\/evil\.example, which nobody allowed/,
    );
  });
});

describe("pins", () => {
  const code = (
    text: string,
    address = `${cdn}/a.js`,
  ): { modules: { address: string; text: string; imports: [] }[] } => ({
    modules: [{ address, text, imports: [] }],
  });

  test("the hash changes with every byte and every path, and not with the host", async () => {
    const hash = await integrityOf(code("export default 1"));
    expect(isIntegrity(hash)).toBe(true);
    expect(await integrityOf(code("export default 2"))).not.toBe(hash);
    expect(await integrityOf(code("export default 1", `${cdn}/b.js`))).not.toBe(
      hash,
    );
    expect(
      await integrityOf(code("export default 1", "https://esm.sh/a.js")),
    ).toBe(hash);
  });

  test("a pin goes into the front matter and leaves the rest as it was", async () => {
    const hash = await integrityOf(code("1"));
    const written = writePin(
      "# mine\nflowbook: 1\ncdn: https://esm.sh/",
      "npm:a@1.0.0",
      hash,
    );
    expect(written).toBe(
      `# mine\nflowbook: 1\ncdn: https://esm.sh/\npackages:\n  npm:a@1.0.0: ${hash}`,
    );
    expect(readPins(written ?? "")).toEqual({
      cdn: "https://esm.sh",
      packages: new Map([["npm:a@1.0.0", hash]]),
    });
    expect(
      readPins(writePin(written ?? "", "npm:b@1.0.0", hash) ?? "").packages
        .size,
    ).toBe(2);
    expect(writePin("x: [", "npm:a@1.0.0", hash)).toBeUndefined();
  });

  test("what is no hash matches nothing, and what is no origin is not asked", () => {
    expect(
      readPins("cdn: javascript:alert(1)\npackages:\n  npm:a@1.0.0: yes"),
    ).toEqual({ cdn: defaultCdn, packages: new Map([["npm:a@1.0.0", ""]]) });
    expect(readPins("packages: 3").packages.size).toBe(0);
  });
});
