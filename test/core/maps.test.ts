import { describe, expect, test } from "vitest";
import { start, step } from "../../src/core/scheduler.ts";
import { flatten, makeGraph, ref, refEach, value } from "./makeGraph.ts";
import type { TaskSpec } from "./makeGraph.ts";
import {
  elementsOf,
  look,
  plainOf,
  runOf,
  script,
  simulate,
  startOf,
  statesOf,
  valueOf,
} from "./simulate.ts";
import type { Settings } from "./simulate.ts";

const functions = {
  inc: (x: unknown) => (x as number) + 1,
  same: (x: unknown) => x,
};

const run = (
  specs: Record<string, TaskSpec | readonly string[]>,
  settings: Settings = {},
) => simulate(startOf(makeGraph(specs)), { functions, ...settings });

describe("the elements of a map", () => {
  test("are numbered after all nodes, in the order in which maps are expanded", () => {
    const made = run({
      one: { map: [value([1, 2])] },
      two: { map: ["one"] },
      last: ["two"],
    });
    const { numberOf } = made.state;
    expect(["one", "two", "last"].map((id) => numberOf(id))).toEqual([0, 1, 2]);
    expect([
      numberOf("one", [0]),
      numberOf("one", [1]),
      numberOf("two", [0]),
      numberOf("two", [1]),
    ]).toEqual([3, 4, 5, 6]);
    expect(numberOf("two", [2])).toBeUndefined();
    expect(numberOf("last", [0])).toBeUndefined();
    expect(numberOf("nobody")).toBeUndefined();
  });

  test("are told of as a whole, with how many are in which state", () => {
    const made = run(
      { inc: { map: [value([1, 2, 3, 4])] } },
      {
        script: script({
          "inc[1]": { ends: "fail" },
          "inc[3]": { ends: "skip" },
        }),
      },
    );
    const { children, ...whole } = made.state.tasks.get("inc")!;
    expect(whole).toMatchObject({
      state: "Mapped",
      attempt: 0,
      attempts: [],
      message: "1 of 4 failed, 1 of 4 skipped.",
      startedAt: 0,
      endedAt: 11,
    });
    expect(children).toMatchObject({
      shape: 4,
      count: 4,
      counts: { Success: 2, Failed: 1, Skipped: 1 },
    });
    expect(children!.run(1)).toMatchObject({
      state: "Failed",
      attempt: 1,
      message: "boom",
    });
    expect(children!.run(0).key).toBe(`${made.state.keys.inc}#0`);
    expect(children!.pathOf(3)).toEqual([3]);
  });

  test("have names of their own in messages", () => {
    const made = run(
      {
        deep: { map: [value([[1], [2, 3]])], depth: 2 },
        after: ["deep"],
      },
      { script: script({ "deep[1][0]": { ends: "fail" } }) },
    );
    expect(runOf(made, "after").message).toBe(
      "Not started: deep[1][0] failed.",
    );
  });

  test("have names that a function gives them", () => {
    const made = run(
      { a: { map: [value([1, 2])] }, after: ["a"] },
      {
        script: script({ "a[0]": { ends: "fail", takes: 20 } }),
        happenings: [
          {
            at: 5,
            event: {
              type: "attempt-named",
              at: 5,
              task: 2,
              attempt: 1,
              name: "page 7",
            },
          },
        ],
      },
    );
    expect(runOf(made, "a[0]").name).toBe("page 7");
    expect(runOf(made, "after").message).toBe("Not started: page 7 failed.");
  });

  test("that a run lets out are not expanded", () => {
    const graph = makeGraph({ a: { map: [value([1])] }, b: { map: ["a"] } });
    const made = simulate(startOf(graph, { excluded: ["b"] }));
    expect(statesOf(made)).toEqual({ a: "Mapped", b: "Pending" });
    expect(made.state.state).toBe("Success");
  });
});

describe("a map of maps", () => {
  const rows = [[[1], [2, 3]], [], [[], [4]]];

  test("may be three levels deep", () => {
    const made = run({
      inc: { map: [value(rows)], depth: 3 },
      again: { task: "inc", map: ["inc"], depth: 3 },
    });
    expect(valueOf(made, "inc")).toEqual([[[2], [3, 4]], [], [[], [5]]]);
    expect(valueOf(made, "again")).toEqual([[[3], [4, 5]], [], [[], [6]]]);
    const { children } = made.state.tasks.get("inc")!;
    expect(children!.shape).toEqual([[1, 2], 0, [0, 1]]);
    expect(children!.pathOf(3)).toEqual([2, 1, 0]);
  });

  test("goes over lists that another map's elements return", () => {
    const made = run({
      same: { map: [value([[1, 2], [3]])] },
      inc: { map: ["same"], depth: 2 },
    });
    expect(valueOf(made, "inc")).toEqual([[2, 3], [4]]);
  });

  test("goes on element by element while others are not done", () => {
    const made = run(
      {
        same: { map: [value([[1, 2], [3]])] },
        inc: { map: ["same"], depth: 2 },
        again: { task: "inc", map: ["inc"], depth: 2 },
        row: { task: "same", map: ["again"] },
      },
      { script: script({ "same[0]": { takes: 1000 } }) },
    );
    const before = made.started.slice(0, made.started.indexOf("inc[0][0]#1"));
    expect(before).toEqual([
      "same[0]#1",
      "same[1]#1",
      "inc[1][0]#1",
      "again[1][0]#1",
      "row[1]#1",
    ]);
    expect(valueOf(made, "row")).toEqual([[3, 4], [5]]);
  });

  test("has an element that cannot be expanded, and what follows that has none either", () => {
    const made = run({
      same: { map: [value([[1, 2], 3])] },
      inc: { map: ["same"], depth: 2 },
      again: { task: "inc", map: ["inc"], depth: 2 },
    });
    expect(elementsOf(made, "inc")).toEqual(["Success", "Success", "Failed"]);
    expect(runOf(made, "inc[1]").message).toContain("it is 3");
    expect(runOf(made, "again[1]")).toMatchObject({
      state: "TriggerFailed",
      message: "Not started: there is nothing to map over, for inc[1] failed.",
    });
  });

  test("takes lists of different lengths at one place for a failure of that place", () => {
    const made = run({
      one: { task: "inc", map: [value([[1, 2], [3]])], depth: 2 },
      two: { task: "inc", map: [value([[1], [3]])], depth: 2 },
      add: { map: ["one", "two"], depth: 2 },
    });
    expect(runOf(made, "add[0]")).toMatchObject({
      state: "Failed",
      message: expect.stringContaining(
        "input 1 has 2, input 2 has 1",
      ) as string,
    });
    expect(runOf(made, "add[1]").state).toBe("Mapped");
  });

  test("has what belongs to the outer level in each element of the inner one", () => {
    const made = run({
      name: { map: [value(["x", "y"])] },
      join: {
        map: [value([[1, 2], [3]])],
        depth: 2,
        args: [refEach("name")],
      },
    });
    expect(made.calls.get("join[0][1]")).toEqual([2, "name[0]"]);
    expect(made.calls.get("join[1][0]")).toEqual([3, "name[1]"]);
  });

  test("waits at each level for what belongs to that level only", () => {
    const made = run(
      {
        name: { map: [value(["x", "y"])] },
        join: {
          map: [value([[1, 2], [3]])],
          depth: 2,
          args: [refEach("name")],
        },
      },
      { script: script({ "name[0]": { takes: 1000 } }) },
    );
    expect(made.started).toEqual([
      "name[0]#1",
      "name[1]#1",
      "join[1][0]#1",
      "join[0][0]#1",
      "join[0][1]#1",
    ]);
  });
});

describe("a map over other maps", () => {
  test("of which one was skipped as a whole is skipped", () => {
    const made = run(
      {
        cond: [],
        one: { map: [value([1, 2])], waitFor: ["cond"] },
        two: { map: [value([1, 2])] },
        join: { map: ["two", "one"] },
      },
      { script: script({ cond: { ends: "skip" } }) },
    );
    expect(runOf(made, "join")).toMatchObject({
      state: "Skipped",
      children: undefined,
    });
  });

  test("that follows another one by the way is told of its end though it was never expanded", () => {
    const made = run(
      {
        cond: [],
        list: [],
        one: { map: ["list"], needs: ["cond"] },
        two: { map: ["list"], args: [refEach("one")] },
      },
      {
        functions: { list: () => [1, 2] },
        script: script({ cond: { ends: "skip", takes: 50 } }),
      },
    );
    expect(statesOf(made).one).toBe("Skipped");
    expect(elementsOf(made, "two")).toEqual(["Skipped", "Skipped"]);
  });

  test("is not started twice when its last need and its element end together", () => {
    const graph = makeGraph({
      other: [],
      one: { map: [value([1, 2])] },
      two: { map: ["one"], needs: ["other"] },
    });
    const { state } = start(startOf(graph));
    step(state, { type: "task-mapped", at: 0, task: 1, count: 2 });
    // The other task, which lets the second map be expanded, and an element of the first one.
    const { commands } = step(state, {
      type: "attempts-committed",
      at: 10,
      tasks: [0, 3],
      startedAt: [0, 0],
      endedAt: [10, 10],
      sizes: [1, 1],
    });
    expect(commands).toEqual([{ type: "start-attempt", task: 5, attempt: 1 }]);
  });

  test("in a chain of ten thousand is expanded without a deep stack", () => {
    const specs: Record<string, TaskSpec> = { m0: { map: [value([1])] } };
    for (let at = 1; at < 10_000; at += 1)
      specs[`m${at}`] = { map: [`m${at - 1}`] };
    const graph = makeGraph(specs);
    const { state } = start(startOf(graph, { keys: {} }));
    step(state, { type: "task-mapped", at: 0, task: 0, count: 1 });
    expect(state.table.size).toBe(20_000);
  });
});

describe("a flattened map", () => {
  const lists = { map: [value([[1], [2, 3], [4]])] };

  test("has elements that answer for themselves when one of the lists failed", () => {
    const made = run(
      {
        same: lists,
        inc: { map: [flatten("same")] },
        rescue: {
          map: [flatten("same")],
          trigger: { type: "anyFailed" },
        },
      },
      { script: script({ "same[1]": { ends: "fail" } }) },
    );
    expect(elementsOf(made, "inc")).toEqual([
      "Success",
      "TriggerFailed",
      "Success",
    ]);
    expect(runOf(made, "inc[1]").message).toBe("Not started: same[1] failed.");
    expect(elementsOf(made, "rescue")).toEqual([
      "TriggerFailed",
      "Success",
      "TriggerFailed",
    ]);
    expect(made.calls.get("rescue[1]")![0]).toMatchObject({ message: "boom" });
  });

  test("skips the element in the place of a list that was skipped", () => {
    const made = run(
      { same: lists, inc: { map: [flatten("same")] } },
      { script: script({ "same[1]": { ends: "skip" } }) },
    );
    expect(elementsOf(made, "inc")).toEqual(["Success", "Skipped", "Success"]);
  });

  test("has elements that also look at the whole if they need it besides", () => {
    const made = run(
      { same: lists, inc: { map: [flatten("same")], needs: ["same"] } },
      { script: script({ "same[1]": { ends: "fail" } }) },
    );
    expect(new Set(elementsOf(made, "inc"))).toEqual(
      new Set(["TriggerFailed"]),
    );
  });

  test("of a nested map has one level less, and its elements come from the innermost ones", () => {
    const made = run(
      {
        inc: { map: [value([[1], [2, 3], []])], depth: 2 },
        flat: { task: "same", map: [flatten("inc")] },
      },
      { script: script({ "inc[1][0]": { ends: "fail" } }) },
    );
    expect(elementsOf(made, "flat")).toEqual([
      "Success",
      "TriggerFailed",
      "Success",
    ]);
  });

  test("inside of a mapped sub-flow looks at the lists of its own element only", () => {
    const inside = [[{ input: "parameters", of: value([1, 2]) }]];
    const within = ["f"];
    const made = run(
      {
        pages: {
          inside,
          args: [{ type: "each", level: 0, of: value([1, 2]), path: [] }],
          within,
        },
        rows: { inside, map: [refEach("pages")], within },
        cells: {
          inside,
          map: [flatten(refEach("rows"))],
          within,
        },
        f: {
          inside,
          args: [refEach("cells")],
          waitFor: [{ node: "cells", each: 1 }],
          operator: {
            type: "flow",
            flow: "f",
            reference: [{ node: "cells", each: 1 }],
          },
        },
      },
      {
        functions: { pages: () => [1, 2], rows: () => ["x", "y"] },
        script: script({ "rows[1][0]": { ends: "fail" } }),
      },
    );
    expect(elementsOf(made, "cells")).toEqual([
      "Success",
      "Success",
      "Success",
      "Success",
      "TriggerFailed",
      "Success",
      "Success",
    ]);
    expect(runOf(made, "f[1]")).toMatchObject({
      state: "Failed",
      message:
        "rows[1][0] failed, and so some reference tasks failed: cells[1][0] could not start.",
    });
  });

  test("has as many elements as its lists together, and none of nothing", () => {
    const made = run({
      same: { map: [value([[], [1], []])] },
      inc: { map: [flatten("same")] },
      none: { map: [value([])] },
      after: { task: "inc", map: [flatten("none")] },
    });
    expect(valueOf(made, "inc")).toEqual([2]);
    expect(valueOf(made, "after")).toEqual([]);
  });
});

describe("an event that answers what was not asked", () => {
  test("does not expand a map before its list is there, nor twice", () => {
    const graph = makeGraph({ list: [], a: { map: ["list"] } });
    const { state } = start(startOf(graph));
    const mapped = { type: "task-mapped", at: 1, task: 1, count: 2 } as const;
    const before = plainOf(state);
    step(state, { ...mapped, at: 0 });
    step(state, {
      type: "task-unmappable",
      at: 0,
      task: 1,
      error: { name: "Error", message: "early" },
    });
    step(state, {
      type: "trigger-answered",
      at: 0,
      task: 1,
      end: { state: "Skipped", message: "early" },
    });
    expect(plainOf(state)).toEqual(before);
    for (const type of ["attempt-started", "attempt-returned"] as const)
      step(state, { type, at: 1, task: 0, attempt: 1 });
    step(state, {
      type: "attempt-committed",
      at: 1,
      task: 0,
      attempt: 1,
      size: 1,
    });
    expect(step(state, mapped).commands).toHaveLength(2);
    expect(step(state, mapped).commands).toEqual([]);
    expect(look(state).tasks.get("a")!.children!.count).toBe(2);
  });
});

describe("a merge", () => {
  test("takes a mapped branch of which one element was skipped, and not one of which all were", () => {
    const specs = (skipped: Record<string, { ends: "skip" }>) =>
      run(
        {
          a: { map: [value([1, 2])] },
          b: [],
          merge: {
            task: "merge",
            args: [ref("a"), ref("b")],
            operator: { type: "merge", guards: [undefined, undefined] },
          },
        },
        { script: script(skipped) },
      );
    expect(valueOf(specs({ "a[0]": { ends: "skip" } }), "merge")).toEqual([
      null,
      "a[1]",
    ]);
    expect(valueOf(specs({ a: { ends: "skip" } }), "merge")).toBe("b");
  });
});
