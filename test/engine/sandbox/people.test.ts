import { describe, expect, test } from "vitest";
import { edgesInto, nodeOf, traceError, traceOne } from "./kernelWorld.ts";

const tasks = "const use = task(x => x)";
const trace = (body: string) => traceOne(body, tasks, ["use"]);

test("approve is a gate on the wire", async () => {
  const graph = await trace(
    `const rows = use(1); use(approve(rows, "Load these?", { timeout: "1d" }).length); approve([rows], "x".repeat(61))`,
  );
  expect(nodeOf(graph, "approve-1")).toMatchObject({
    task: "approve",
    name: "Load these?",
    args: [{ type: "ref", node: "use-1", path: [] }],
    operator: {
      type: "approve",
      message: "Load these?",
      timeout: 86_400_000,
    },
  });
  expect(edgesInto(graph, "approve-1")).toEqual(["use-1 (value)"]);
  expect(nodeOf(graph, "use-2").args).toEqual([
    { type: "ref", node: "approve-1", path: ["length"] },
  ]);
  expect(nodeOf(graph, "approve-2")).toMatchObject({
    name: `${"x".repeat(59)}…`,
    operator: { message: "x".repeat(61), timeout: undefined },
  });
});

test("ask is a form whose answers are followed", async () => {
  const graph = await trace(`
    const { limit, note } = ask("How much?", { limit: { type: "number", default: 500, min: 0 }, note: "" })
    use([limit, note])`);
  expect(nodeOf(graph, "ask-1")).toMatchObject({
    task: "ask",
    name: "How much?",
    args: [],
    operator: {
      type: "ask",
      message: "How much?",
      form: [
        { name: "limit", type: "number", default: 500, min: 0 },
        { name: "note", type: "string", default: "" },
      ],
      timeout: undefined,
    },
  });
  expect(nodeOf(graph, "use-1").args).toMatchObject([
    { type: "list", items: [{ path: ["limit"] }, { path: ["note"] }] },
  ]);
});

describe("what a person cannot be asked", () => {
  test.each([
    ["approve(use(1))", "approve needs a message for the person who answers"],
    ["approve(1, use(1))", "The message of approve is a ref"],
    ["approve(1, 'ok?', '1d')", "The options of approve are an object"],
    ["approve(1, 'ok?', { until: 1 })", 'approve has no option "until"'],
    ["approve(1, 'ok?', { timeout: 0 })", "must be longer than 0"],
    ["approve(1, 'ok?', { timeout: 'soon' })", '"soon" is not a duration'],
    ["approve(() => 1, 'ok?')", "The value of approve cannot be copied"],
    ["ask('how?')", "ask takes a form, described like parameters"],
    ["ask('how?', ['a'])", "ask takes a form"],
    ["ask('how?', { a: use(1) })", "The field a of ask is a ref"],
    ["ask('how?', { a: { type: 'nmber' } })", "nmber"],
    ["ask('', {})", "ask needs a message"],
  ])("%s", async (body, message) => {
    expect((await traceError(body, tasks, ["use"])).message).toContain(message);
  });
});
