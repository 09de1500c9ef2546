/** What people read before they change Flowbook speaks of files, commands and names that there are. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import packageFile from "../package.json" with { type: "json" };

const guides = ["README.md", "CONTRIBUTING.md", "HOSTING.md", "SECURITY.md"];
const names = new Set(
  ["src", "test", "scripts", "build", "public"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) =>
      basename(file),
    ),
  ),
);

/** What a guide sets as code within its lines. */
function codeOf(guide: string): string[] {
  return [
    ...readFileSync(guide, "utf8").matchAll(/(?<!`)`([^`\n]+)`(?!`)/g),
  ].map(([, code]) => code!);
}

describe.each(guides)("%s", (guide) => {
  test("speaks of files that there are", () => {
    const paths = codeOf(guide).filter((code) =>
      /^(?:src|test|scripts|build|\.github)\/[\w./-]+$/.test(code),
    );
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
    const files = codeOf(guide).filter((code) =>
      /^\w[\w.]*\.(?:ts|svelte|mjs|css)$/.test(code),
    );
    expect(files.filter((file) => !names.has(file))).toEqual([]);
  });

  test("speaks of commands that there are", () => {
    const text = readFileSync(guide, "utf8");
    const commands = [...text.matchAll(/npm run ([\w:]+)/g)].map(
      ([, command]) => command!,
    );
    expect(
      commands.filter((command) => !(command in packageFile.scripts)),
    ).toEqual([]);
  });
});

test("the guide to changes says how to add a task, a reader, a state, a view, and how to release", () => {
  const text = readFileSync("CONTRIBUTING.md", "utf8");
  const titles = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(titles).toEqual(
    expect.arrayContaining([
      ...["Layers", "A task of the library", "A reader of a format"],
      ...["A state", "A view", "A release"],
    ]),
  );
});

test("the names that it speaks of are in the sources", () => {
  const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(?:ts|svelte)$/.test(file))
    .map((file) => readFileSync(`src/${file}`, "utf8"))
    .join("\n");
  const spoken = codeOf("CONTRIBUTING.md").filter((code) =>
    /^(?=.*[a-z])[A-Za-z]+[A-Z]\w+$/.test(code),
  );
  expect(spoken.length).toBeGreaterThan(2);
  expect(
    spoken.filter((name) => !new RegExp(`\\b${name}\\b`).test(sources)),
  ).toEqual([]);
});
