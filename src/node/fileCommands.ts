/** The commands that read a notebook file, and run nothing of it but its cells and its flows' bodies, to draw them. */
import { basename } from "node:path";
import { graphSvg } from "../views/graph/graphSvg.ts";
import { UsageError, type Arguments } from "./arguments.ts";
import { checkQueries } from "./checkQueries.ts";
import { exitCodes, type Terminal } from "./commands.ts";
import { convertFile, pictureOf } from "./convert.ts";
import { toMermaid } from "./mermaid.ts";
import { fetchKeptPackages } from "./packages.ts";
import { describe, errorsOf } from "./problems.ts";
import { graphOf, openProgram } from "./program.ts";
import { put, writeJson } from "./writeOut.ts";

export async function drawGraph(given: Arguments, terminal: Terminal) {
  const open = await openProgram(given.file);
  const graph = graphOf(open, given.flow);
  const format = given.format ?? "mermaid";
  const writers: Readonly<Record<string, () => string>> = {
    mermaid: () => toMermaid(graph),
    svg: () => `${graphSvg(pictureOf(graph))}\n`,
    json: () => `${JSON.stringify(graph, null, 2)}\n`,
  };
  const write = Object.hasOwn(writers, format) ? writers[format] : undefined;
  if (!write)
    throw new UsageError(
      `There is no format ${format}. There is ${Object.keys(writers).join(", ")}.`,
    );
  await put(write(), given.output, terminal);
  return exitCodes.ok;
}

/** From and to are known by how the names end. */
export async function convert(
  given: Arguments,
  terminal: Terminal,
): Promise<number> {
  if (given.output === undefined)
    throw new UsageError(
      "Say what to make: -o name.flow.md, name.ipynb, name.html or name.ts.",
    );
  const { text, messages } = await convertFile(given.file, given.output);
  for (const message of messages) terminal.error.write(`${message}\n`);
  await put(text, given.output, terminal);
  return exitCodes.ok;
}

export async function fetchPackages(
  { file }: Arguments,
  { error }: Terminal,
): Promise<number> {
  const { fetched, cdn } = await fetchKeptPackages(file);
  error.write(
    fetched.length === 0
      ? `All packages of ${basename(file)} are here.\n`
      : `Fetched from ${new URL(cdn).host} and pinned: ${fetched.join(", ")}.\n`,
  );
  return exitCodes.ok;
}

export async function check(
  given: Arguments,
  terminal: Terminal,
): Promise<number> {
  const open = await openProgram(given.file);
  const { graphs, notebook, starts } = open;
  const problems = [...open.problems, ...checkQueries(notebook, starts)];
  const errors = errorsOf({ problems });
  if (given.json) writeJson(terminal.out, problems);
  else {
    for (const problem of problems)
      terminal.out.write(`${describe(given.file, problem)}\n`);
    const flows = graphs.map(({ flow, nodes }) => {
      const tasks = nodes.filter(({ kind }) => kind === "task").length;
      return `${flow} (${tasks} ${tasks === 1 ? "task" : "tasks"})`;
    });
    if (errors.length === 0)
      terminal.out.write(
        `${basename(given.file)} is good: ${flows.length > 0 ? flows.join(", ") : "no flow"}.\n`,
      );
  }
  return errors.length > 0 ? exitCodes.badNotebook : exitCodes.ok;
}
