import { expect, test } from "vitest";
import {
  createModeller,
  type FlowSituation,
} from "../../src/pictures/flowModel.ts";
import {
  beginTasks,
  caseOf,
  makeGraph,
  mergeOf,
  ref,
  runTasks,
  runUntil,
  script,
  subflow,
} from "../ui/runs.ts";

const graph = makeGraph({ airport: "param", a: { retries: 2 }, b: ["a"] });

function situation(part: Partial<FlowSituation> = {}): FlowSituation {
  return {
    graph,
    run: undefined,
    isLatest: true,
    parameters: {},
    progress: {},
    stale: new Map(),
    selected: undefined,
    open: new Set(),
    ...part,
  };
}

function nodesOf(part: Partial<FlowSituation>) {
  const model = createModeller()(situation(part));
  return Object.fromEntries(model.nodes.map((node) => [node.id, node]));
}

test("a flow that never ran is all pending, with its defaults", () => {
  const nodes = nodesOf({});
  expect(Object.values(nodes).map(({ state }) => state)).toEqual([
    "Pending",
    "Pending",
    "Pending",
  ]);
  expect(nodes["airport"]?.value).toBe("default");
  expect(nodes["a"]?.attempts).toBe(3);
});

test("an attempt that waited for a person is none of those that the graph counts", () => {
  const run = runTasks(makeGraph({ a: { retries: 1 } }), {
    script: script({ "a#1": { ends: "pause" }, "a#2": { ends: "fail" } }),
    person: () => ({ answer: { type: "resume" }, after: 10 }),
  });
  const nodes = nodesOf({ graph: run.graph, run });
  expect(nodes["a"]).toMatchObject({ attempt: 2, attempts: 2 });
});

test("the newest text is drawn with the states of the newest run and the values of the form", () => {
  const run = runTasks(graph, { script: script({ b: { ends: "fail" } }) });
  const nodes = nodesOf({
    graph: makeGraph({ airport: "param", a: [], b: ["a"], new: ["b"] }),
    run,
    parameters: { airport: "SFO" },
  });
  expect(nodes["a"]?.state).toBe("Success");
  expect(nodes["b"]?.state).toBe("Failed");
  expect(nodes["new"]?.state).toBe("Pending");
  expect(nodes["airport"]?.value).toBe("SFO");
});

test("an older run is drawn as it was", () => {
  const nodes = nodesOf({
    graph: makeGraph({ other: [] }),
    run: runTasks(graph, {}, { parameters: { airport: "JFK" } }),
    isLatest: false,
  });
  expect(Object.keys(nodes)).toEqual(["airport", "a", "b"]);
  expect(nodes["airport"]?.value).toBe("JFK");
});

test("a result that no longer matches says why, but not in an older run", () => {
  const run = runTasks(graph);
  const stale = new Map([["a", "its code changed"]]);
  expect(nodesOf({ run, stale })["a"]?.stale).toBe("its code changed");
  expect(nodesOf({ run, stale })["b"]?.stale).toBeUndefined();
  expect(nodesOf({ run, stale, isLatest: false })["a"]?.stale).toBeUndefined();
});

test("what is wrong with a task in the text is said of its nodes, but not in an older run", () => {
  const run = runTasks(graph);
  const problems = new Map([["a", "This is number."]]);
  expect(nodesOf({ run, problems })["a"]?.problem).toBe("This is number.");
  expect(nodesOf({ run, problems })["b"]?.problem).toBeUndefined();
  const older = nodesOf({ run, problems, isLatest: false });
  expect(older["a"]?.problem).toBeUndefined();
});

test("nodes that did not change are the same objects as before", () => {
  const specs = { a: [], b: ["a"] };
  const make = createModeller();
  const first = runUntil(1, specs, { script: script({ b: { takes: 50 } }) });
  const same = makeGraph(specs);
  const before = make(situation({ graph: same, run: first }));
  const tasks = new Map(first.tasks);
  tasks.set("b", { ...tasks.get("b")!, state: "Success" });
  const after = make(situation({ graph: same, run: { ...first, tasks } }));
  expect(after.nodes[0]).toBe(before.nodes[0]);
  expect(after.nodes[1]).not.toBe(before.nodes[1]);
  expect(after.edges).toBe(before.edges);
});

test("a node is another one as soon as anything that it is made from is", () => {
  const specs = { p: "param", a: ["p"] } as const;
  const graph = makeGraph(specs);
  const run = runTasks(specs);
  const base = situation({ graph, run, parameters: { p: 1 } });
  const tasks = new Map(run.tasks);
  tasks.set("a", { ...tasks.get("a")!, attempt: 2 });
  const progress = { a: { done: 1, total: 2, label: undefined } };
  const others: [string, Partial<FlowSituation>][] = [
    ["p", { parameters: { p: 2 } }],
    ["a", { run: { ...run, tasks } }],
    ["a", { progress }],
    ["a", { stale: new Map([["a", "its code changed"]]) }],
    ["a", { problems: new Map([["a", "It returns a URL."]]) }],
  ];
  for (const [changed, more] of others) {
    const make = createModeller();
    const before = make(base).nodes;
    expect(make({ ...base }).nodes).toEqual(before);
    const after = make({ ...base, ...more }).nodes;
    after.forEach((node, at) => {
      if (node.id === changed) expect(node).not.toEqual(before[at]);
      else expect(node).toBe(before[at]);
    });
  }
});

test("a closed sub-flow shows how those in it are doing, and what did not change in another graph stays", () => {
  const graph = makeGraph(subflow);
  const make = createModeller();
  const run = runTasks(subflow);
  const before = make(situation({ graph, run })).nodes;
  const tasks = new Map(run.tasks);
  const [inner] = graph.nodes.filter(
    (node) => node.kind === "task" && node.within.length > 0,
  );
  tasks.set(inner!.id, { ...tasks.get(inner!.id)!, state: "Running" });
  const after = make(situation({ graph, run: { ...run, tasks } })).nodes;
  expect(after[1]?.flow?.done).toBe(1);
  expect(after[0]).toBe(before[0]);
  const open = new Set(["sub"]);
  const opened = make(situation({ graph, run: { ...run, tasks }, open })).nodes;
  expect(opened.find(({ id }) => id === "first")).toBe(before[0]);
  expect(opened.find(({ id }) => id === "sub")?.flow?.isOpen).toBe(true);
});

test("a closed sub-flow is one node that counts its tasks", () => {
  const make = createModeller();
  const closed = make(
    situation({ graph: makeGraph(subflow), run: runTasks(subflow) }),
  );
  expect(closed.nodes.map(({ id }) => id)).toEqual(["first", "sub", "last"]);
  expect(closed.nodes[1]?.flow).toEqual({ isOpen: false, done: 2, total: 2 });
  expect(closed.edges).toEqual([
    { from: "first", to: "sub" },
    { from: "sub", to: "last" },
  ]);
});

test("an open sub-flow comes before its tasks, which are inside it", () => {
  const { nodes } = createModeller()(
    situation({ graph: makeGraph(subflow), open: new Set(["sub"]) }),
  );
  expect(nodes.map(({ id, inside }) => [id, inside])).toEqual([
    ["first", undefined],
    ["sub", undefined],
    ["sub/a", "sub"],
    ["sub/b", "sub"],
    ["last", undefined],
  ]);
  expect(nodes[1]?.flow?.isOpen).toBe(true);
});

test("while the tasks of a sub-flow go on, so does the sub-flow", () => {
  const run = runUntil(15, subflow, {
    script: () => ({ takes: 10, commitTakes: 0 }),
  });
  const { sub } = nodesOf({ graph: makeGraph(subflow), run });
  expect(sub?.state).toBe("Running");
  expect(sub?.flow).toMatchObject({ done: 0, total: 2 });
  expect(sub?.startedAt).toBe(10);
});

test("a closed sub-flow shows that one of its tasks waits for a person", () => {
  const specs = {
    ...subflow,
    "sub/a": {
      needs: ["first"],
      within: ["sub"],
      trigger: { type: "manualOnly" },
    },
  } as const;
  const { sub } = nodesOf({ graph: makeGraph(specs), run: runTasks(specs) });
  expect(sub?.state).toBe("Paused");
});

test("what is selected in a closed sub-flow selects the sub-flow", () => {
  const model = createModeller()(
    situation({ graph: makeGraph(subflow), selected: "sub/b" }),
  );
  expect(model.selected).toBe("sub");
});

test("a mapped task has a cell for each of its elements, and their counts", () => {
  const specs = { list: [], double: { map: ["list"] } };
  const run = runTasks(specs, {
    functions: { list: () => [1, 2, 3] },
    script: script({ "double[1]": { ends: "fail" } }),
  });
  const { double } = nodesOf({ graph: makeGraph(specs), run });
  expect(double?.elements).toEqual({
    total: 3,
    counts: { Success: 2, Failed: 1 },
    cells: ["Success", "Failed", "Success"],
  });
});

test("what a run leaves out is marked, unless the run was cut off", () => {
  const run = runTasks(graph, {}, { excluded: ["b"] });
  expect(nodesOf({ run })["b"]?.excluded).toBe(true);
  const cut = runTasks(graph, {
    script: () => ({ takes: 10 }),
    interruptAt: 5,
  });
  expect(cut.state).toBe("Crashed");
  expect(nodesOf({ run: cut })["b"]?.excluded).toBe(false);
});

test("what the engine and people do is told apart from tasks", () => {
  const nodes = nodesOf({
    graph: makeGraph({
      isLarge: [],
      yes: caseOf("isLarge"),
      send: { waitFor: ["yes"] },
      merged: mergeOf(["send", "yes"]),
      gate: {
        args: [ref("merged")],
        operator: { type: "approve", message: "Go?", timeout: undefined },
      },
      tidy: { cleanupOf: "send" },
    }),
  });
  expect(Object.values(nodes).map(({ name, role }) => [name, role])).toEqual([
    ["isLarge", "task"],
    ["if isLarge", "case"],
    ["send", "task"],
    ["merged", "merge"],
    ["gate", "approve"],
    ["tidy", "cleanup"],
  ]);
});

test("a task that a limit holds up waits for a place", () => {
  const limited = makeGraph(
    { a: { tags: ["api"] }, b: { tags: ["api"] } },
    { limits: [{ of: "tag api", atOnce: 1 }] },
  );
  const nodes = nodesOf({ graph: limited, run: beginTasks(limited) });
  expect([nodes["a"], nodes["b"]].map((node) => node?.waitsForPlace)).toEqual([
    false,
    true,
  ]);
});

test("a fallback's result is marked as one", () => {
  const specs = { a: { functions: ["fallback"] } } as const;
  const run = runTasks(specs, { script: script({ "a#1": { ends: "fail" } }) });
  expect(nodesOf({ graph: makeGraph(specs), run })["a"]?.origin).toBe(
    "fallback",
  );
});
