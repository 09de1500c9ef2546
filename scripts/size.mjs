// How large the built app is on the wire, part by part, in brotli, beside its budget (test/size/budgets.json).
// node scripts/size.mjs [--write]   With --write, the table in README.md is made anew.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./dependencies.mjs";
import { compressedSize, nameOf, partsOf, sumOf } from "./parts.mjs";

/** How much a number of the table may be off before it has to be made anew. */
const tolerance = { share: 0.04, kilobytes: 1 };
const marks = [
  "<!-- sizes: made by `npm run size -- --write` -->",
  "<!-- /sizes -->",
];

const dist = join(root, "dist");
if (!existsSync(join(dist, "index.html"))) {
  console.error("There is no dist/index.html. Run `npm run build` first.");
  process.exit(1);
}
/** @type {{ part: string, file?: string, budget?: number }[]} */
const budgets = JSON.parse(
  readFileSync(join(root, "test/size/budgets.json"), "utf8"),
);
const { firstPaint, usable, rest } = partsOf(dist);
const bytes = new Map(rest.map((file) => [file, compressedSize(dist, file)]));
const left = new Set(rest);

const problems = [];
const rows = budgets.map(({ part, file, budget }) => {
  const kilobytes = sizeOf(part, file) / 1000;
  if (budget !== undefined && kilobytes > budget)
    problems.push(
      `${part} has ${kilobytes.toFixed(1)} kB of ${budget}. Make it smaller, or raise the number in test/size/budgets.json and say why in the commit.`,
    );
  return { part, kilobytes, budget };
});
const others = [...left].reduce((sum, file) => sum + bytes.get(file), 0);
rows.push({
  part: "panes, sheets and other small parts",
  kilobytes: others / 1000,
});

const width = Math.max(...rows.map(({ part }) => part.length));
for (const { part, kilobytes, budget } of rows)
  console.log(
    `${part.padEnd(width)}  ${kilobytes.toFixed(1).padStart(7)} kB${budget === undefined ? "" : ` of ${budget}`}`,
  );
checkReadme();
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);

function sizeOf(part, file) {
  if (part === "first paint") return sumOf(dist, firstPaint);
  if (part === "usable notebook") return sumOf(dist, usable);
  const found = [...left].filter((path) => nameOf(path) === file);
  if (found.length === 0)
    problems.push(
      `test/size/budgets.json names ${file}, which is not built. Correct the name there.`,
    );
  for (const path of found) left.delete(path);
  return found.reduce((sum, path) => sum + bytes.get(path), 0);
}

/** The table of the README says what the build says, or is made to. */
function checkReadme() {
  const path = join(root, "README.md");
  const text = readFileSync(path, "utf8");
  const [before, table, after] = split(text);
  if (process.argv.includes("--write")) {
    writeFileSync(path, `${before}\n\n${print()}\n\n${after}`);
    return;
  }
  const said = new Map(
    [...table.matchAll(/^\| (.+?) +\| +([\d.]+) kB/gm)].map(
      ([, part, size]) => [part, Number(size)],
    ),
  );
  const isTrue = rows.every(({ part, kilobytes }) => {
    const most = Math.max(tolerance.kilobytes, kilobytes * tolerance.share);
    return Math.abs((said.get(part) ?? Infinity) - kilobytes) <= most;
  });
  if (!isTrue || said.size !== rows.length)
    problems.push(
      "The table of sizes in README.md is out of date. Run `npm run size -- --write` after a build, and commit it.",
    );
}

function split(text) {
  const from = text.indexOf(marks[0]) + marks[0].length;
  const to = text.indexOf(marks[1]);
  if (to < 0)
    throw new Error(
      `README.md has no place for the sizes: ${marks.join(" ... ")}`,
    );
  return [text.slice(0, from), text.slice(from, to), text.slice(to)];
}

function print() {
  const cells = [
    ["part", "brotli", "budget"],
    ...rows.map(({ part, kilobytes, budget }) => [
      part,
      `${kilobytes.toFixed(1)} kB`,
      budget === undefined ? "" : `${budget} kB`,
    ]),
  ];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...cells.map((row) => row[column].length)),
  );
  const lines = cells.map(
    ([part, size, budget]) =>
      `| ${part.padEnd(widths[0])} | ${size.padStart(widths[1])} | ${budget.padStart(widths[2])} |`,
  );
  const rule = `| ${"-".repeat(widths[0])} | ${"-".repeat(widths[1] - 1)}: | ${"-".repeat(widths[2] - 1)}: |`;
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}
