import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

/** What a script that no compiler checks imports by name from our own files. */
function importsOf(file: string): { from: string; names: string[] }[] {
  const text = readFileSync(file, "utf8");
  const found = text.matchAll(
    /^import \{([^}]*)\} from "(\.[^"?]*\.(?:ts|mjs))";/gm,
  );
  return [...found].map(([, names, from]) => ({
    from: normalize(join(dirname(file), from!)),
    names: names!
      .split(",")
      .map((name) => name.trim().replace(/ as .*/, ""))
      .filter((name) => name !== ""),
  }));
}

function exportsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const declared = text.matchAll(
    /^export (?:async )?(?:function\*?|const|let|class) (\w+)/gm,
  );
  const listed = text.matchAll(/^export \{([^}]*)\}/gm);
  return [
    ...[...declared].map(([, name]) => name!),
    ...[...listed].flatMap(([, names]) =>
      names!.split(",").map((name) => name.trim().replace(/^.* as /, "")),
    ),
  ];
}

test("what scripts and benches import from our own files is there", () => {
  const files = ["test/bench", "scripts"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".mjs"))
      .map((name) => join(folder, name)),
  );
  const imports = files.flatMap((file) =>
    importsOf(file).map(({ from, names }) => ({ file, from, names })),
  );
  expect(imports.length).toBeGreaterThan(20);
  const missing = imports.flatMap(({ file, from, names }) => {
    const known = new Set(exportsOf(from));
    return names
      .filter((name) => !known.has(name))
      .map((name) => `${file}: ${name} of ${from}`);
  });
  expect(missing).toEqual([]);
});
