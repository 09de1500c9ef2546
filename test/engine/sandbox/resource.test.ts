import { describe, expect, test } from "vitest";
import {
  cell,
  edgesInto,
  nodeOf,
  startKernel,
  traceError,
  traceOne,
} from "./kernelWorld.ts";

const tasks = `
const session = resource(async user => ({ token: user }), async ({ token }) => log("out", token), { retries: 2 })
const use = task((token, day) => token)`;
const names = ["session", "use"];
const trace = (body: string) => traceOne(body, tasks, names);
const whole = (node: string) => ({ node, each: 0 });

describe("a resource in a flow body", () => {
  test("is cleaned up when all that use it are final, however they ended", async () => {
    const graph = await trace(`
      const { token } = session("me")
      const first = use(token, 1)
      use(first)
      use.map(unmapped(token), [1, 2])`);
    expect(nodeOf(graph, "session-1").options.retries).toBe(2);
    expect(graph.nodes.at(-1)).toMatchObject({
      kind: "task",
      id: "session-1/cleanup",
      task: "session",
      name: "clean up session",
      cleanupOf: "session-1",
      mapped: false,
      over: [],
      args: [{ type: "ref", node: "session-1", path: [] }],
      waitFor: [whole("use-1"), whole("use-3")],
      options: {
        retries: 2,
        trigger: { type: "allFinished" },
        skipOnUpstreamSkip: false,
      },
      within: [],
    });
    expect(edgesInto(graph, "session-1/cleanup")).toEqual([
      "session-1 (value)",
      "use-1",
      "use-3",
    ]);
  });

  test("counts as used by those that only wait for it, and takes another name", async () => {
    const graph = await trace(`
      const s = session.with({ name: "log in" })("me")
      use.with({ waitFor: [s] })(1)`);
    expect(nodeOf(graph, "session-1/cleanup")).toMatchObject({
      name: "clean up log in",
      waitFor: [whole("use-1")],
    });
  });

  test("counts as used by those who get it through a merge, a gate or a sub-flow", async () => {
    const report = await startKernel([
      cell("tasks", tasks, { declares: names }),
      cell("login", `const login = flow("Login", () => session("me"))`, {
        declares: ["login"],
        inputs: names,
      }),
      cell(
        "main",
        `flow("F", () => {
          use(approve(when(true, () => session("a"), () => session("b")), "ok?"))
          use(login(), 2)
        })`,
        { inputs: [...names, "login"] },
      ),
    ]).trace();
    expect(report.errors).toEqual([]);
    const graph = report.graphs.find(({ flow }) => flow === "F")!;
    const users = [whole("merge-1"), whole("approve-1"), whole("use-1")];
    expect(nodeOf(graph, "session-1/cleanup").waitFor).toEqual(users);
    expect(nodeOf(graph, "session-2/cleanup").waitFor).toEqual(users);
    expect(nodeOf(graph, "Login-1/session-1/cleanup")).toMatchObject({
      waitFor: [whole("Login-1"), whole("use-2")],
      within: ["Login-1"],
    });
    expect(nodeOf(graph, "Login-1").operator).toMatchObject({
      reference: [whole("Login-1/session-1")],
    });
  });

  test("that another one is set up with is cleaned up after that one", async () => {
    const graph = await trace(`
      const outer = session("me")
      const inner = session(when(true, () => approve(outer, "ok?")))
      use(inner)
      session.with({ waitFor: [outer] })("you")`);
    expect(nodeOf(graph, "session-1/cleanup").waitFor).toEqual(
      [
        "approve-1",
        "session-3",
        "session-3/cleanup",
        "merge-1",
        "session-2",
        "session-2/cleanup",
      ].map(whole),
    );
    expect(nodeOf(graph, "session-2/cleanup").waitFor).toEqual([
      whole("use-1"),
    ]);
  });

  test("that another one is set up with for each run of a mapped flow is cleaned up after that one in each", async () => {
    const report = await startKernel([
      cell("tasks", tasks, { declares: names }),
      cell(
        "sub",
        `const sub = flow("Sub", ({ user }) => use(session(session(user).token)), { parameters: { user: "" } })`,
        { declares: ["sub"], inputs: names },
      ),
      cell("main", `flow("F", () => sub.map([{ user: session("all") }]))`, {
        inputs: ["sub", "session"],
      }),
    ]).trace();
    expect(report.errors).toEqual([]);
    const graph = report.graphs.find(({ flow }) => flow === "F")!;
    expect(nodeOf(graph, "Sub-1/session-1/cleanup").waitFor).toEqual([
      { node: "Sub-1/session-2", each: 1 },
      { node: "Sub-1/session-2/cleanup", each: 1 },
    ]);
    expect(nodeOf(graph, "session-1/cleanup").waitFor).toEqual(
      expect.arrayContaining([whole("Sub-1/session-1/cleanup")]),
    );
  });

  test("is cleaned up with those of its options that make an attempt sure", async () => {
    const graph = await trace(`
      const s = session.with({ retryDelay: ["1s", "5s"], retryJitter: 0.2, retryIf: () => true, timeout: "3s", trigger: triggers.allFinished, skipOnUpstreamSkip: true, tags: ["api"], fallback: 1, onStateChange: () => {}, name: n => n })("me")
      use(s)`);
    expect(nodeOf(graph, "session-1/cleanup").options).toEqual({
      retries: 2,
      retryDelays: [1000, 5000],
      retryJitter: 0.2,
      timeout: 3000,
      trigger: { type: "allFinished" },
      skipOnUpstreamSkip: false,
      tags: [],
      cacheFor: undefined,
      cacheKey: undefined,
      functions: ["retryIf"],
    });
  });

  test("that is mapped is cleaned up element by element", async () => {
    const graph = await trace(`
      const sessions = session.map(["a", "b"])
      use.map(sessions, [1, 2])`);
    expect(nodeOf(graph, "session-1/cleanup")).toMatchObject({
      mapped: true,
      over: nodeOf(graph, "session-1").over,
      args: [{ type: "ref", node: "session-1", each: 1 }],
      waitFor: [whole("use-1")],
    });
  });

  test("in a mapped flow is cleaned up for each run of the flow", async () => {
    const report = await startKernel([
      cell("tasks", tasks, { declares: names }),
      cell(
        "sub",
        `const sub = flow("Sub", ({ user }) => use(session(user).token), { parameters: { user: "" } })`,
        { declares: ["sub"], inputs: names },
      ),
      cell("main", `flow("F", () => sub.map([{ user: "a" }]))`, {
        inputs: ["sub"],
      }),
    ]).trace();
    const graph = report.graphs.find(({ flow }) => flow === "F")!;
    expect(nodeOf(graph, "Sub-1/session-1/cleanup")).toMatchObject({
      mapped: true,
      args: [{ type: "ref", node: "Sub-1/session-1", each: 1 }],
      waitFor: [{ node: "Sub-1/use-1", each: 1 }],
    });
  });

  test("is no reference task, and needs two functions", async () => {
    const graph = await trace("session('me')");
    expect(graph.settings.reference).toBeUndefined();
    for (const [code, message] of [
      ["resource(() => 1)", "the second is undefined"],
      ["resource(1, () => 1)", "resource(...) takes a function, not 1"],
      ["resource(session, () => 1)", "this is a task already"],
    ] as const) {
      const report = await startKernel([
        cell("tasks", tasks, { declares: names }),
        cell("main", `flow("F", () => {}); ${code}`, { inputs: names }),
      ]).trace();
      expect(report.errors[0]!.error.message).toContain(message);
    }
    expect((await traceError("resource(() => 1, () => 1)")).message).toMatch(
      /A resource cannot be defined in a flow body/,
    );
  });
});

describe("a resource in a worker", () => {
  const kernel = () =>
    startKernel([
      cell("tasks", tasks, { declares: names }),
      cell("main", "const t = task(async () => (await session('me')).token)", {
        declares: ["t"],
        inputs: names,
      }),
    ]);

  test("is set up by a run, and cleaned up by a run of its own", async () => {
    const { run, runJob } = kernel();
    expect(await run("session", "you")).toEqual({ token: "you" });
    const { answer, said } = await runJob("session", [{ token: "you" }], {
      phase: "cleanup",
      node: "session-1/cleanup",
    });
    expect(answer).toMatchObject({ type: "returned", value: undefined });
    expect(said).toContainEqual(
      expect.objectContaining({ type: "log", text: "out you" }),
    );
  });

  test("that is called in a task is only set up", async () => {
    const { run, messages } = kernel();
    expect(await run("t")).toBe("me");
    expect(messages.some(({ type }) => type === "log")).toBe(false);
  });

  test("that is no resource any more says so", async () => {
    const { runJob } = kernel();
    const { answer } = await runJob("t", [1], { phase: "cleanup" });
    expect(answer).toMatchObject({
      type: "failed",
      error: { message: expect.stringMatching(/^t is no resource any more/) },
    });
  });
});
