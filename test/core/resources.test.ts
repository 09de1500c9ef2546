import { describe, expect, test } from "vitest";
import { planResume, planRun } from "../../src/core/plan.ts";
import type { RunPlan } from "../../src/core/plan.ts";
import { makeGraph, ref, refEach, value } from "./makeGraph.ts";
import type { Specs } from "./makeGraph.ts";
import {
  elementsOf,
  runOf,
  script,
  simulate,
  startOf,
  statesOf,
} from "./simulate.ts";
import type { Settings, Simulation } from "./simulate.ts";

const begin = (specs: Specs, settings: Settings = {}) =>
  simulate(startOf(makeGraph(specs)), settings);

function goOn(first: Simulation, settings: Settings = {}): Simulation {
  const { graph, keys } = first.state;
  const { kept } = planResume(graph, keys, first.state);
  const at = first.scheduler.now + 1000;
  return simulate(
    { type: "run-resumed", at, graph, keys, parameters: {}, kept },
    { ...settings, from: first },
  );
}

const told = ({ items }: Pick<RunPlan, "items">) =>
  Object.fromEntries(
    items.map(({ id, action, why }) => [id, `${action}: ${why}`]),
  );

//  session -> fetch -> load
//     `-> cleanup (when fetch is final)
const specs: Specs = {
  session: [],
  fetch: ["session"],
  load: ["fetch"],
  cleanup: { needs: ["session"], waitFor: ["fetch"], cleanupOf: "session" },
};

const mapped: Specs = {
  days: [],
  session: { map: ["days"] },
  fetch: { map: ["session"] },
  cleanup: {
    map: ["days"],
    args: [refEach("session")],
    waitFor: [{ node: "fetch", each: 1 }],
    cleanupOf: "session",
    trigger: { type: "allFinished" },
  },
};
const days = { functions: { days: () => [1, 2, 3] } };

describe("a clean-up", () => {
  test("does not wait for what only follows a user of the resource", () => {
    const made = begin(specs, { script: script({ load: { takes: 1000 } }) });
    expect(runOf(made, "cleanup").endedAt).toBeLessThan(100);
  });

  test("runs in a run that is cancelled, and the run waits for it", () => {
    const made = begin(specs, {
      script: script({ fetch: { ends: "hang" }, cleanup: { takes: 50 } }),
      cancelAt: 30,
    });
    expect(statesOf(made)).toEqual({
      session: "Success",
      fetch: "Cancelled",
      load: "Cancelled",
      cleanup: "Success",
    });
    expect(made.state).toMatchObject({ state: "Cancelled", endedAt: 81 });
  });

  test("that fails in a run that is cancelled is tried again like any other", () => {
    const made = begin(
      {
        ...specs,
        cleanup: {
          needs: ["session"],
          waitFor: ["fetch"],
          cleanupOf: "session",
          retries: 1,
        },
      },
      {
        script: script({ fetch: { ends: "hang" }, cleanup: { ends: "fail" } }),
        cancelAt: 30,
      },
    );
    expect(made.started.slice(-2)).toEqual(["cleanup#1", "cleanup#2"]);
    expect(runOf(made, "cleanup").state).toBe("Failed");
    expect(made.state.state).toBe("Cancelled");
  });

  test("is stopped when the run is cancelled once more", () => {
    const made = begin(specs, {
      script: script({ fetch: { ends: "hang" }, cleanup: { ends: "hang" } }),
      cancelAt: 30,
      happenings: [{ at: 90, event: { type: "cancel-requested", at: 90 } }],
    });
    expect(statesOf(made).cleanup).toBe("Cancelled");
    expect(made.state.endedAt).toBe(90);
  });

  test("is not stopped when the flow's time is up after it was cancelled", () => {
    const graph = makeGraph(specs, { timeout: 60 });
    const made = simulate(startOf(graph), {
      script: script({ fetch: { ends: "hang" }, cleanup: { takes: 100 } }),
      cancelAt: 30,
    });
    expect(statesOf(made).cleanup).toBe("Success");
  });

  test("runs when the flow's time is up", () => {
    const graph = makeGraph(specs, { timeout: 60 });
    const made = simulate(startOf(graph), {
      script: script({ fetch: { ends: "hang" } }),
    });
    expect(statesOf(made)).toMatchObject({
      fetch: "Cancelled",
      cleanup: "Success",
    });
    expect(runOf(made, "fetch").message).toBe(
      "Cancelled: the flow took longer than 60 ms, its timeout.",
    );
    expect(made.state.message).toBe(
      "Cancelled: the flow took longer than 60 ms, its timeout. 2 of 4 tasks had succeeded. Resume keeps what it can and runs the rest.",
    );
  });

  test("of a mapped resource runs for each element that was set up, when that is no longer used", () => {
    const made = begin(mapped, {
      ...days,
      script: script({
        "session[1]": { ends: "fail" },
        "fetch[0]": { ends: "skip" },
        "fetch[2]": { takes: 1000 },
      }),
    });
    expect(elementsOf(made, "cleanup")).toEqual([
      "Success",
      "Skipped",
      "Success",
    ]);
    expect(runOf(made, "cleanup[0]").endedAt).toBeLessThan(100);
    expect(made.calls.get("cleanup[2]")).toEqual([3, "session[2]"]);
  });

  test.each([
    ["failed", { ends: "fail" } as const],
    ["was skipped", { ends: "skip" } as const],
  ])("of a mapped resource is skipped if its list %s", (_, days) => {
    const made = begin(mapped, { script: script({ days }) });
    expect(runOf(made, "cleanup")).toMatchObject({
      state: "Skipped",
      message: "Skipped, because session set nothing up.",
    });
  });

  test("of a mapped resource runs though its user was skipped as a whole", () => {
    const made = begin(
      {
        ...mapped,
        cond: [],
        fetch: { map: ["session"], waitFor: ["cond"] },
        cleanup: {
          ...(mapped.cleanup as object),
          waitFor: ["fetch"],
          skipOnUpstreamSkip: true,
        },
      },
      { ...days, script: script({ cond: { ends: "skip" } }) },
    );
    expect(statesOf(made).fetch).toBe("Skipped");
    expect(elementsOf(made, "cleanup")).toEqual([
      "Success",
      "Success",
      "Success",
    ]);
  });
});

describe("a partial run", () => {
  const done = begin(specs);
  const { graph, keys } = done.state;
  const plan = (options: { from?: string; to?: string }, last = done) =>
    planRun(last.state.graph, last.state.keys, last.state, options);

  test("from a user of a resource sets it up again, and cleans up", () => {
    expect(told(plan({ from: "fetch" }))).toEqual({
      session: "run: fetch needs it",
      fetch: "run: run from here",
      load: "run: downstream of fetch",
      cleanup: "run: cleans up after session",
    });
  });

  test("from what only follows a user of a resource leaves the resource alone", () => {
    const { reused, excluded, ...rest } = plan({ from: "load" });
    expect(told(rest)).toEqual({
      session: expect.stringContaining("reuse") as string,
      fetch: expect.stringContaining("reuse") as string,
      load: "run: run from here",
    });
    expect(excluded).toEqual(["cleanup"]);
    const run = simulate(
      startOf(graph, { run: "run-2", keys, reused, excluded }),
      { from: done },
    );
    expect(run.started).toEqual(["load#1"]);
    expect(run.state.state).toBe("Success");
  });

  test("to a user of a resource cleans up after it", () => {
    const { reused, excluded, ...rest } = plan({ to: "fetch" });
    expect(told(rest)).toEqual({
      session: "run: fetch needs it",
      fetch: "run: run to here",
      cleanup: "run: cleans up after session",
    });
    const run = simulate(
      startOf(graph, { run: "run-2", keys, reused, excluded }),
      { from: done },
    );
    expect(run.started).toEqual(["session#1", "fetch#1", "cleanup#1"]);
  });

  test("does not run other users of a resource for its clean-up's sake", () => {
    const two = begin(
      {
        session: [],
        one: ["session"],
        two: ["session"],
        cleanup: {
          needs: ["session"],
          waitFor: ["one", "two"],
          cleanupOf: "session",
        },
      },
      { script: script({ two: { ends: "fail" } }) },
    );
    const { reused, excluded } = plan({ from: "one" }, two);
    expect(excluded).toEqual(["two"]);
    const run = simulate(
      startOf(two.state.graph, {
        run: "run-2",
        keys: two.state.keys,
        reused,
        excluded,
      }),
      { from: two },
    );
    expect(run.started).toEqual(["session#1", "one#1", "cleanup#1"]);
    expect(run.state.state).toBe("Success");
  });

  test("from a clean-up sets up what it cleans up", () => {
    expect(told(plan({ from: "cleanup" }))).toMatchObject({
      session: "run: cleanup needs it",
      cleanup: "run: run from here",
    });
  });
});

describe("a resumption", () => {
  test("leaves a resource alone that nothing uses any more", () => {
    const first = begin(specs, { script: script({ load: { ends: "fail" } }) });
    const second = goOn(first);
    expect(second.started).toEqual(["load#2"]);
  });

  test("sets a resource up again for what still has to use it, and cleans up again", () => {
    const first = begin(specs, { script: script({ fetch: { ends: "fail" } }) });
    const { graph, keys } = first.state;
    expect(told(planResume(graph, keys, first.state))).toEqual({
      session: "run: runs: fetch needs it",
      fetch: "run: runs: failed before",
      load: "run: runs: was not reached",
      cleanup: "run: runs: session and fetch run again",
    });
    const second = goOn(first);
    expect(second.started).toEqual([
      "session#2",
      "fetch#2",
      "load#1",
      "cleanup#2",
    ]);
  });

  test("cleans up what was not, and nothing else", () => {
    const first = begin(specs, {
      script: script({ cleanup: { ends: "fail" } }),
    });
    expect(goOn(first).started).toEqual(["cleanup#2"]);
  });

  test("keeps what used a resource that is set up again", () => {
    const first = begin(
      {
        session: [],
        one: ["session"],
        two: { map: [value([1, 2])], needs: ["session"] },
        three: { map: ["two"] },
        cleanup: {
          needs: ["session"],
          waitFor: ["one", "two"],
          cleanupOf: "session",
        },
      },
      {
        functions: { session: () => "token" },
        script: script({ "two[1]": { ends: "fail" } }),
      },
    );
    const second = goOn(first, { functions: { session: () => "token 2" } });
    // The elements that were kept wait for the new session with those that were not.
    expect(second.started).toEqual([
      "session#2",
      "two[1]#2",
      "three[1]#1",
      "cleanup#2",
    ]);
    expect(second.calls.get("two[1]")).toEqual([2, "token 2"]);
    expect(second.state.state).toBe("Success");
  });

  test("keeps the elements that used theirs of a mapped resource that is set up again", () => {
    const first = begin(mapped, {
      ...days,
      script: script({ "session[1]": { ends: "fail" } }),
    });
    const { graph, keys } = first.state;
    expect(told(planResume(graph, keys, first.state)).fetch).toBe(
      "run: runs: 1 of 3 elements run, 2 are kept",
    );
    const second = goOn(first);
    expect(second.started.filter((run) => run.startsWith("fetch"))).toEqual([
      "fetch[1]#1",
    ]);
    expect(elementsOf(second, "fetch")).toEqual(Array(3).fill("Success"));
    expect(elementsOf(second, "cleanup")).toEqual(Array(3).fill("Success"));
  });

  test("sets up what a resource is made of, too", () => {
    const first = begin(
      {
        login: [],
        session: ["login"],
        fetch: ["session"],
        logout: {
          needs: ["login"],
          waitFor: ["session"],
          cleanupOf: "login",
        },
        close: {
          needs: ["session"],
          waitFor: ["fetch"],
          cleanupOf: "session",
        },
      },
      { script: script({ fetch: { ends: "fail" } }) },
    );
    expect(goOn(first).started).toEqual([
      "login#2",
      "session#2",
      "fetch#2",
      "logout#2",
      "close#2",
    ]);
  });

  //  login -> session -> fetch
  //    |         `-> close (when fetch is final)
  //    `-> logout (when session is closed)
  const nested: Specs = {
    login: [],
    session: ["login"],
    fetch: ["session"],
    close: { needs: ["session"], waitFor: ["fetch"], cleanupOf: "session" },
    logout: {
      needs: ["login"],
      waitFor: ["session", "close"],
      cleanupOf: "login",
    },
  };

  test("does not clean up once more what was, after what it was set up for", () => {
    const first = begin(nested, {
      script: script({ close: { ends: "fail" } }),
    });
    expect(statesOf(first)).toMatchObject({
      close: "Failed",
      logout: "Success",
    });
    expect(goOn(first).started).toEqual(["close#2"]);
    const mapped = begin(
      {
        days: [],
        login: { map: ["days"] },
        session: { map: ["login"] },
        close: {
          map: ["days"],
          args: [refEach("session")],
          cleanupOf: "session",
        },
        logout: {
          map: ["days"],
          args: [refEach("login")],
          waitFor: [{ node: "close", each: 1 }],
          cleanupOf: "login",
        },
      },
      {
        functions: { days: () => [1, 2] },
        script: script({ "close[1]": { ends: "fail" } }),
      },
    );
    expect(elementsOf(mapped, "logout")).toEqual(["Success", "Success"]);
    expect(goOn(mapped).started).toEqual(["close[1]#2"]);
  });

  test("sets up again all that is needed by what still has to use a resource made of another one", () => {
    const first = begin(nested, {
      script: script({ fetch: { ends: "fail" } }),
    });
    expect(goOn(first).started).toEqual([
      "login#2",
      "session#2",
      "fetch#2",
      "close#2",
      "logout#2",
    ]);
  });

  test("asks again at a gate that a resource passes, if something behind it still has to use it", () => {
    const gated: Specs = {
      session: [],
      gate: {
        task: "approve",
        args: [ref("session")],
        operator: { type: "approve", message: "Use it?", timeout: undefined },
      },
      fetch: ["gate"],
      cleanup: {
        needs: ["session"],
        waitFor: ["gate", "fetch"],
        cleanupOf: "session",
      },
    };
    const person = () => ({ answer: { type: "approve" } as const });
    const first = begin(gated, {
      person,
      script: script({ fetch: { ends: "fail" } }),
    });
    expect(goOn(first, { person }).started).toEqual([
      "session#2",
      "gate#2",
      "fetch#2",
      "cleanup#2",
    ]);
  });

  test("goes over a new list if that comes from a resource that is set up again", () => {
    const listed: Specs = {
      session: [],
      fetch: { map: [ref("session", "days")] },
      cleanup: {
        needs: ["session"],
        waitFor: ["fetch"],
        cleanupOf: "session",
      },
    };
    const first = begin(listed, {
      functions: { session: () => ({ days: [1, 2] }) },
      script: script({ "fetch[1]": { ends: "fail" } }),
    });
    const second = goOn(first, {
      functions: { session: () => ({ days: [1, 2, 3] }) },
    });
    expect(second.started).toEqual([
      "session#2",
      "fetch[0]#2",
      "fetch[1]#2",
      "fetch[2]#1",
      "cleanup#2",
    ]);
  });
});
