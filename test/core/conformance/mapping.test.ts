import { describe, expect, test } from "vitest";
import type { Template } from "../../../src/core/graph.ts";
import type { TriggerRule } from "../../../src/core/trigger.ts";
import {
  caseOf,
  flatten,
  makeGraph,
  mergeOf,
  ref,
  refEach,
  value,
} from "../makeGraph.ts";
import type { TaskSpec } from "../makeGraph.ts";
import {
  elementsOf,
  runOf,
  script,
  simulate,
  startOf,
  statesOf,
  valueOf,
} from "../simulate.ts";
import type { Settings, TaskFunction } from "../simulate.ts";

const functions: Record<string, TaskFunction> = {
  inc: (x) => (x as number) + 1,
  inverse: (x) => {
    if (x === 0) throw new RangeError("division by zero");
    return 1 / (x as number);
  },
  add: (x, y) => (x as number) + (y as number),
  sum: (list) => (list as number[]).reduce((sum, x) => sum + x, 0),
  same: (x) => x,
  filter: (list) => (list as unknown[]).filter((x) => typeof x === "number"),
};

const run = (
  specs: Record<string, TaskSpec | readonly string[]>,
  settings: Settings = {},
) => simulate(startOf(makeGraph(specs)), { functions, ...settings });

const lenient = { trigger: { type: "allFinished" } } as const;

describe("a map", () => {
  test("47. goes over a list, and what needs it gets the list of results", () => {
    const made = run({ inc: { map: [value([1, 2, 3])] }, sum: ["inc"] });
    expect(statesOf(made)).toEqual({ inc: "Mapped", sum: "Success" });
    expect(valueOf(made, "inc")).toEqual([2, 3, 4]);
    expect(valueOf(made, "sum")).toBe(9);
  });

  test("48. has a failure in its place, for a task that takes failures", () => {
    const made = run({
      inverse: { map: [value([1, 0, 2])] },
      sum: ["inverse"],
      same: { needs: ["inverse"], ...lenient },
    });
    expect(elementsOf(made, "inverse")).toEqual([
      "Success",
      "Failed",
      "Success",
    ]);
    expect(runOf(made, "inverse").message).toBe("1 of 3 failed.");
    expect(statesOf(made).sum).toBe("TriggerFailed");
    expect(runOf(made, "sum").message).toBe("Not started: inverse[1] failed.");
    const [list] = made.calls.get("same") as [unknown[]];
    expect(list).toEqual([1, expect.any(Error), 0.5]);
  });

  test("49. over another one with a failure has that element only not started, and the flow is Failed", () => {
    const made = run({
      inverse: { map: [value([1, 0, 2])] },
      inc: { map: ["inverse"] },
    });
    expect(elementsOf(made, "inc")).toEqual([
      "Success",
      "TriggerFailed",
      "Success",
    ]);
    expect(made.state).toMatchObject({
      state: "Failed",
      message:
        "inverse failed, and so some reference tasks failed: inc (1 of 3 failed).",
    });
  });

  test("50. can be freed of its failures by a task that takes them", () => {
    const made = run({
      inverse: { map: [value([1, 0, 2])] },
      filter: { needs: ["inverse"], ...lenient },
    });
    expect(valueOf(made, "filter")).toEqual([1, 0.5]);
    expect(made.state.state).toBe("Success");
  });

  test("51. that rescues looks at each element for itself", () => {
    const made = run({
      inverse: { map: [value([1, 0])] },
      rescue: { map: ["inverse"], trigger: { type: "anyFailed" } },
    });
    expect(elementsOf(made, "rescue")).toEqual(["TriggerFailed", "Success"]);
    expect(made.calls.get("rescue[1]")![0]).toMatchObject({
      message: "division by zero",
    });
  });

  const odd = script({
    "same[0]": { ends: "skip" },
    "same[2]": { ends: "skip" },
  });

  test("52. that skips some elements skips these in the next one, and what needs all of it", () => {
    const made = run(
      {
        same: { map: [value([1, 2, 3, 4])] },
        inc: { map: ["same"] },
        sum: ["same"],
      },
      { script: odd },
    );
    const states = ["Skipped", "Success", "Skipped", "Success"];
    expect(elementsOf(made, "same")).toEqual(states);
    expect(elementsOf(made, "inc")).toEqual(states);
    expect(statesOf(made).sum).toBe("Skipped");
  });

  test("52. has null in the place of a skip, for a task that runs all the same", () => {
    const made = run(
      {
        same: { map: [value([1, 2, 3, 4])] },
        sum: { needs: ["same"], skipOnUpstreamSkip: false },
      },
      { script: odd },
    );
    expect(made.calls.get("sum")).toEqual([[null, 2, null, 4]]);
  });

  test("53. can be freed of what was skipped", () => {
    const made = run(
      {
        same: { map: [value([1, 2, 3, 4])] },
        filter: { needs: ["same"], skipOnUpstreamSkip: false },
      },
      { script: odd },
    );
    expect(valueOf(made, "filter")).toEqual([2, 4]);
  });

  test("54. over lists of different lengths has failed, and names both", () => {
    const made = run({ add: { map: [value([1, 2, 3]), value([10, 20])] } });
    expect(runOf(made, "add")).toMatchObject({
      state: "Failed",
      message:
        "Cannot map over lists of different lengths: input 1 has 3, input 2 has 2. Make them equally long, or write unmapped(...) around what is the same for every element.",
    });
    expect(made.started).toEqual([]);
    expect(made.state.state).toBe("Failed");
  });

  test("54. over other maps of different lengths has failed, too", () => {
    const made = run({
      one: { task: "inc", map: [value([1, 2, 3])] },
      two: { task: "inc", map: [value([1, 2])] },
      add: { map: ["one", "two"] },
    });
    expect(runOf(made, "add")).toMatchObject({
      state: "Failed",
      message: expect.stringContaining(
        "input 1 has 3, input 2 has 2",
      ) as string,
    });
  });

  test("54. over another map and a list of another length has failed, too", () => {
    const made = run({
      inc: { map: [value([1, 2, 3])] },
      add: { map: ["inc", value([1, 2])] },
    });
    expect(statesOf(made).add).toBe("Failed");
  });

  test("55. has what is unmapped in every element", () => {
    const made = run(
      {
        ten: [],
        add: { map: [value([1, 2, 3])], needs: ["ten"] },
      },
      { functions: { ...functions, ten: () => 10 } },
    );
    expect(valueOf(made, "add")).toEqual([11, 12, 13]);
  });

  test("55. of which all is unmapped is a task like any other", () => {
    const made = run({ add: { args: [value(1), value(2)] } });
    expect(statesOf(made)).toEqual({ add: "Success" });
    expect(valueOf(made, "add")).toBe(3);
  });

  test.each<[TriggerRule["type"], string]>([
    ["allSuccessful", "Success"],
    ["allFailed", "Success"],
    ["allFinished", "Success"],
    ["anySuccessful", "TriggerFailed"],
    ["anyFailed", "TriggerFailed"],
    ["notAllSkipped", "Skipped"],
  ])("56. over nothing is Mapped; %s after it is %s", (type, state) => {
    const trigger = { type } as TriggerRule;
    const made = run({
      inc: { map: [value([])] },
      sum: { needs: ["inc"], trigger },
    });
    expect(statesOf(made)).toEqual({ inc: "Mapped", sum: state });
    if (type === "notAllSkipped")
      expect(runOf(made, "sum").message).toBe(
        "Skipped, because its trigger is notAllSkipped, and the maps before it have no elements.",
      );
    expect(made.calls.get("sum")).toEqual(
      state === "Success" ? [[]] : undefined,
    );
  });

  test("56. over a map over nothing is over nothing", () => {
    const made = run(
      {
        list: [],
        one: { task: "inc", map: ["list"] },
        two: { task: "inc", map: ["one"] },
        sum: ["two"],
      },
      { functions: { ...functions, list: () => [] } },
    );
    expect(statesOf(made)).toMatchObject({
      one: "Mapped",
      two: "Mapped",
      sum: "Success",
    });
    expect(valueOf(made, "sum")).toBe(0);
  });

  test.each([
    ["a number", 5, "it is 5, and a map goes over a list."],
    [
      "a text",
      "abc",
      "To map over its characters or lines, split it in a task first.",
    ],
    ["an object", { a: 1 }, "return Object.entries(...) from a task first."],
    [
      "a Set",
      new Set([1]),
      "it is a Set, and a map goes over a list. Make a list of it in a task first: [...value].",
    ],
  ])("57. over %s has failed, and says what to do", (_, given, message) => {
    const made = run(
      { list: [], inc: { map: ["list"] } },
      { functions: { ...functions, list: () => given } },
    );
    expect(runOf(made, "inc")).toMatchObject({
      state: "Failed",
      message: expect.stringContaining(message) as string,
      children: undefined,
    });
    expect(made.state.state).toBe("Failed");
  });

  test("58. over a task that failed cannot start", () => {
    const made = run(
      { list: [], inc: { map: ["list"] } },
      { script: script({ list: { ends: "fail" } }) },
    );
    expect(runOf(made, "inc")).toMatchObject({
      state: "TriggerFailed",
      message: "Not started: there is nothing to map over, for list failed.",
    });
  });

  test("58. over a task that was skipped is skipped", () => {
    const made = run(
      { list: [], inc: { map: ["list"], skipOnUpstreamSkip: false } },
      { script: script({ list: { ends: "skip" } }) },
    );
    expect(statesOf(made).inc).toBe("Skipped");
  });

  test("59. with one list there and another one failed cannot start, and the flow is Failed", () => {
    const made = run(
      { one: [], two: [], add: { map: ["one", "two"] } },
      {
        functions: { ...functions, one: () => [1] },
        script: script({ two: { ends: "fail" } }),
      },
    );
    expect(statesOf(made).add).toBe("TriggerFailed");
    expect(made.state.state).toBe("Failed");
  });

  test("60. with something unmapped that failed has no element that can start", () => {
    const made = run(
      { ten: [], add: { map: [value([1, 2])], needs: ["ten"] } },
      { script: script({ ten: { ends: "fail" } }) },
    );
    expect(statesOf(made).add).toBe("Mapped");
    expect(elementsOf(made, "add")).toEqual(["TriggerFailed", "TriggerFailed"]);
  });

  test("60. with something unmapped that was skipped is skipped as a whole", () => {
    const made = run(
      { ten: [], add: { map: [value([1, 2])], needs: ["ten"] } },
      { script: script({ ten: { ends: "skip" } }) },
    );
    expect(runOf(made, "add")).toMatchObject({
      state: "Skipped",
      children: undefined,
    });
  });

  test.each([
    ["a list of lists", [[1], [2, 3]], [2, 3, 4]],
    ["a flat list", [1, 2], [2, 3]],
  ])("61. over %s, flattened", (_, given, result) => {
    const made = run(
      { list: [], inc: { map: [flatten("list")] } },
      { functions: { ...functions, list: () => given } },
    );
    expect(valueOf(made, "inc")).toEqual(result);
  });

  test("61. over the lists of another map, flattened, is one over all their elements", () => {
    const made = run({
      same: { map: [value([[0], [0, 1], [0, 1, 2]])] },
      inc: { map: [flatten("same")] },
      sum: { args: [flatten("same")] },
    });
    expect(valueOf(made, "inc")).toEqual([1, 1, 2, 1, 2, 3]);
    expect(valueOf(made, "sum")).toBe(4);
  });

  test("62. tries again only the element that failed, and runs each other once", () => {
    const made = run(
      {
        one: { task: "inc", map: [value([1, 2, 3])] },
        two: { task: "inc", map: ["one"], retries: 1 },
        three: { task: "inc", map: ["two"] },
      },
      { script: script({ "two[1]#1": { ends: "fail" } }) },
    );
    expect(made.started.filter((name) => name.startsWith("one"))).toHaveLength(
      3,
    );
    expect(
      made.started.filter((name) => name.startsWith("three")),
    ).toHaveLength(3);
    expect(
      made.started.filter((name) => name.startsWith("two")).sort(),
    ).toEqual(["two[0]#1", "two[1]#1", "two[1]#2", "two[2]#1"]);
    expect(valueOf(made, "three")).toEqual([4, 5, 6]);
  });

  test("63. over another one goes depth first: its element starts when that one is done", () => {
    const made = run(
      {
        one: { task: "inc", map: [value([1, 2, 3])] },
        two: { task: "inc", map: ["one"] },
      },
      {
        script: script({ "one[1]": { takes: 1000 }, "one[2]": { takes: 500 } }),
      },
    );
    expect(made.started).toEqual([
      "one[0]#1",
      "one[1]#1",
      "one[2]#1",
      "two[0]#1",
      "two[2]#1",
      "two[1]#1",
    ]);
    expect(runOf(made, "two[0]").endedAt).toBeLessThan(500);
  });

  test("64. with few enough failures lets a task start that allows them", () => {
    const made = run({
      inverse: { map: [value([1, 0, 2])] },
      sum: {
        task: "same",
        needs: ["inverse"],
        trigger: { type: "someFailed", atMost: 0.5 },
      },
    });
    expect(statesOf(made).sum).toBe("Success");
  });

  test("65. may be nested, and its results keep the shape of its lists", () => {
    const made = run({
      inc: { map: [value([[1], [2, 3], []])], depth: 2 },
      sum: { map: ["inc"] },
    });
    expect(valueOf(made, "inc")).toEqual([[2], [3, 4], []]);
    expect(valueOf(made, "sum")).toEqual([2, 7, 0]);
    expect(runOf(made, "inc").children!.shape).toEqual([1, 2, 0]);
  });

  test("65. of a sub-flow decides for each element by itself", () => {
    const inside = [[{ input: "parameters", of: value([1, 2, 3, 4]) }]];
    const x: Template = {
      type: "each",
      level: 0,
      of: value([1, 2, 3, 4]),
      path: [],
    };
    const within = ["f"];
    const own = (node: string) => ({ node, each: 1 });
    const made = run(
      {
        even: { inside, args: [x], within },
        yes: { ...caseOf(refEach("even")), inside, within },
        no: { ...caseOf(refEach("even"), { type: "falsy" }), inside, within },
        inc: { inside, args: [x], waitFor: [own("yes")], within },
        merge: {
          task: "merge",
          inside,
          args: [refEach("inc"), x],
          operator: { type: "merge", guards: [own("yes"), own("no")] },
          within,
        },
        f: {
          inside,
          args: [refEach("merge")],
          operator: { type: "flow", flow: "f", reference: [own("merge")] },
        },
      },
      { functions: { ...functions, even: (n) => (n as number) % 2 === 0 } },
    );
    expect(valueOf(made, "f")).toEqual([1, 3, 3, 5]);
    expect(elementsOf(made, "inc")).toEqual([
      "Skipped",
      "Success",
      "Skipped",
      "Success",
    ]);
    expect(made.state.state).toBe("Success");
  });
});

describe("a branch", () => {
  const choose = {
    cond: [],
    caseA: caseOf("cond", { type: "is", name: "a" }),
    caseB: caseOf("cond", { type: "is", name: "b" }),
    a: { waitFor: ["caseA"] },
    afterA: ["a"],
    b: { waitFor: ["caseB"] },
    merge: mergeOf(["afterA", "caseA"], ["b", "caseB"]),
    after: ["merge"],
  };
  const chooses = (chosen: unknown) => ({
    functions: { cond: () => chosen, a: () => "A", b: () => "B" },
  });

  test("66. that is not chosen is skipped with all that is in it, and the other one's result goes on", () => {
    const made = run(choose, chooses("b"));
    expect(statesOf(made)).toMatchObject({
      caseA: "Skipped",
      a: "Skipped",
      afterA: "Skipped",
      caseB: "Success",
      b: "Success",
      merge: "Success",
    });
    expect(valueOf(made, "merge")).toBe("B");
    expect(made.calls.get("after")).toEqual(["B"]);
  });

  test("67. of which none is chosen leaves all skipped, and the flow is a Success", () => {
    const made = run(choose, chooses("c"));
    expect(runOf(made, "merge")).toMatchObject({
      state: "Skipped",
      message: "All upstreams were skipped.",
    });
    expect(statesOf(made).after).toBe("Skipped");
    expect(made.state.state).toBe("Success");
  });

  test("67. is the default one if none is chosen", () => {
    const made = run(
      {
        cond: [],
        one: caseOf("cond", { type: "is", name: "a" }),
        other: caseOf("cond", { type: "other", names: ["a"] }),
        merge: mergeOf([value("A"), "one"], [value("else"), "other"]),
      },
      chooses("z"),
    );
    expect(valueOf(made, "merge")).toBe("else");
  });

  test("68. merges to the first that was not skipped, and null is a value", () => {
    const made = run(
      { a: [], b: [], c: [], merge: mergeOf("a", "b", "c") },
      {
        functions: { b: () => null, c: () => "C" },
        script: script({ a: { ends: "skip" } }),
      },
    );
    expect(valueOf(made, "merge")).toBeNull();
  });

  test("68. merges to the first if both ran", () => {
    const made = run({ a: [], b: [], merge: mergeOf("a", "b") });
    expect(valueOf(made, "merge")).toBe("a");
  });

  test("68. does not merge when one of them failed", () => {
    const made = run(
      { a: [], b: [], merge: mergeOf("a", "b") },
      { script: script({ b: { ends: "fail" } }) },
    );
    expect(runOf(made, "merge")).toMatchObject({
      state: "TriggerFailed",
      message: "Not started: b failed.",
    });
  });

  test("68. merges twelve in the order in which they are given", () => {
    const ids = Array.from({ length: 12 }, (_, number) => `t${number}`);
    const made = run(
      {
        ...Object.fromEntries(ids.map((id) => [id, []])),
        merge: mergeOf(...ids),
      },
      { script: script({ t0: { ends: "skip" } }) },
    );
    expect(valueOf(made, "merge")).toBe("t1");
  });

  test.each([
    [true, "then"],
    [0, "otherwise"],
    ["", "otherwise"],
    [[1], "then"],
    [null, "otherwise"],
  ])("69. is chosen by whether %j is truthy", (condition, chosen) => {
    const made = run(
      {
        cond: [],
        yes: caseOf("cond"),
        no: caseOf("cond", { type: "falsy" }),
        then: { waitFor: ["yes"] },
        otherwise: { waitFor: ["no"] },
        merge: mergeOf(["then", "yes"], ["otherwise", "no"]),
      },
      { functions: { cond: () => condition } },
    );
    expect(valueOf(made, "merge")).toBe(chosen);
  });

  test("69. may be inside another one", () => {
    const nested = (one: boolean, two: boolean) =>
      run(
        {
          one: [],
          two: [],
          outer: caseOf("one"),
          inner: { ...caseOf("two"), waitFor: ["outer"] },
          task: { waitFor: ["inner"] },
          merge: mergeOf(["task", "inner"]),
          all: mergeOf(["merge", "outer"]),
        },
        { functions: { one: () => one, two: () => two } },
      );
    expect(statesOf(nested(true, true)).all).toBe("Success");
    expect(statesOf(nested(true, false))).toMatchObject({
      outer: "Success",
      task: "Skipped",
      all: "Skipped",
    });
    expect(statesOf(nested(false, true))).toMatchObject({
      inner: "Skipped",
      task: "Skipped",
      all: "Skipped",
    });
  });

  test("69. whose condition leads into a value that is not there has failed", () => {
    const made = run(
      { cond: [], yes: caseOf(ref("cond", "rows", 0)) },
      { functions: { cond: () => ({}) } },
    );
    expect(runOf(made, "yes")).toMatchObject({
      state: "Failed",
      message: "cond returned no `rows`: cannot read [0] of undefined.",
    });
  });
});
