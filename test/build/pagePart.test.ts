import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { pagePart } from "../../build/pagePart.ts";

const at = (name: string) =>
  fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** What is imported at once, and what later. */
type Imports = readonly [
  atOnce: readonly string[],
  later?: readonly string[] | undefined,
];

test("what a worker needs, at once or in a part that it fetches later, is not in the part of the page", () => {
  const imports: Readonly<Record<string, Imports>> = {
    [at("index.html")]: [["shell", "late", "both", "deep"], ["pane"]],
    [at("src/engine/database.worker.ts")]: [["both"], ["part"]],
    part: [["late"]],
    late: [["deep"]],
  };
  const modules = {
    getModuleInfo(id: string) {
      const [importedIds, dynamicallyImportedIds = []] = imports[id] ?? [[]];
      return { importedIds, dynamicallyImportedIds };
    },
  };
  const { name } = pagePart();
  const parts = ["shell", "both", "late", "deep", "pane", "part"].map(
    (id) => [id, name(id, modules)] as const,
  );
  expect(parts.filter(([, part]) => part !== null)).toEqual([
    ["shell", "page"],
  ]);
});
