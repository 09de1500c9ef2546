import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { State } from "../../../src/core/state.ts";
import type { TriggerRule } from "../../../src/core/trigger.ts";
import { makeGraph, value } from "../makeGraph.ts";
import {
  numberOf,
  runOf,
  script,
  simulate,
  startOf,
  statesOf,
  look,
} from "../simulate.ts";
import type { Attempt } from "../simulate.ts";

interface Matrix {
  triggers: readonly {
    rule: TriggerRule;
    /** By the letters of the upstream tasks: with skipOnUpstreamSkip, and without. */
    outcomes: Readonly<Record<string, readonly [State, State]>>;
  }[];
}

const file = new URL("triggerMatrix.json", import.meta.url);
const { triggers } = JSON.parse(readFileSync(file, "utf8")) as Matrix;

const endings: Record<string, Attempt> = {
  S: {},
  F: { ends: "fail" },
  K: { ends: "skip" },
};

const showRule = ({ type, ...limits }: TriggerRule) =>
  Object.keys(limits).length > 0 ? `${type} ${JSON.stringify(limits)}` : type;

const cases = triggers.flatMap(({ rule, outcomes }) =>
  Object.entries(outcomes).flatMap(([letters, [withSkip, without]]) => [
    {
      rule,
      letters,
      skipOnUpstreamSkip: true,
      // Where Prefect skips, a failure is not hidden by a skip here.
      expected: letters === "FK" ? without : withSkip,
    },
    { rule, letters, skipOnUpstreamSkip: false, expected: without },
  ]),
);

const nameOf = ({
  rule,
  letters,
  skipOnUpstreamSkip,
  expected,
}: (typeof cases)[number]) =>
  `33. ${showRule(rule)} after ${letters === "" ? "nothing" : letters}${skipOnUpstreamSkip ? "" : ", without skipping,"} is ${expected}`;

describe("with upstream tasks", () => {
  test.each(cases.map((one) => [nameOf(one), one] as const))(
    "%s",
    (_, given) => {
      const { rule, letters, skipOnUpstreamSkip, expected } = given;
      const upstream = [...letters].map((_, at) => `up${at}`);
      const graph = makeGraph({
        ...Object.fromEntries(upstream.map((id) => [id, []])),
        join: { needs: upstream, trigger: rule, skipOnUpstreamSkip },
      });
      const run = simulate(startOf(graph), {
        script: script(
          Object.fromEntries(
            [...letters].map((letter, at) => [`up${at}`, endings[letter]!]),
          ),
        ),
      });
      expect(statesOf(run).join).toBe(expected);
      expect(run.started.includes("join#1")).toBe(expected === "Success");
    },
  );
});

describe("with the elements of a map upstream", () => {
  const mapped = cases.filter(({ letters }) => letters !== "");
  test.each(mapped.map((one) => [nameOf(one), one] as const))(
    "%s",
    (_, given) => {
      const { rule, letters, skipOnUpstreamSkip, expected } = given;
      const graph = makeGraph({
        up: { map: [value([...letters])] },
        join: { needs: ["up"], trigger: rule, skipOnUpstreamSkip },
      });
      const run = simulate(startOf(graph), {
        script: script(
          Object.fromEntries(
            [...letters].map((letter, at) => [`up[${at}]`, endings[letter]!]),
          ),
        ),
      });
      expect(statesOf(run).join).toBe(expected);
    },
  );
});

test("3. a trigger that fails names the upstream tasks that failed", () => {
  const run = simulate(startOf(makeGraph({ a: [], b: [], c: ["a", "b"] })), {
    script: script({ a: { ends: "fail" } }),
  });
  expect(runOf(run, "c").message).toBe("Not started: a failed.");
});

test.each<[TriggerRule["type"], State, unknown[] | undefined]>([
  ["allSuccessful", "TriggerFailed", undefined],
  ["anyFailed", "TriggerFailed", undefined],
  ["allFailed", "TriggerFailed", undefined],
  ["notAllSkipped", "TriggerFailed", undefined],
  ["anySuccessful", "TriggerFailed", undefined],
  ["allFinished", "Success", [null]],
])("12. %s after a task that was cancelled is %s", (type, expected, args) => {
  const trigger = { type } as TriggerRule;
  const graph = makeGraph({ a: [], b: { needs: ["a"], trigger } });
  const run = simulate(startOf(graph), {
    script: script({ a: { ends: "hang" } }),
    happenings: [
      { at: 5, event: { type: "cancel-requested", at: 5, task: 0 } },
    ],
  });
  expect(statesOf(run)).toEqual({ a: "Cancelled", b: expected });
  expect(run.calls.get("b")).toEqual(args);
});

describe("a trigger that is a function", () => {
  const graph = makeGraph({
    a: [],
    b: [],
    c: { needs: ["a", "b"], trigger: { type: "custom" } },
    d: ["c"],
  });

  test("34. is asked with the states of all upstream tasks, and lets the task start", () => {
    const asked: (readonly State[])[] = [];
    const run = simulate(startOf(graph), {
      script: script({ a: { ends: "fail" } }),
      triggers: {
        c: (upstream) => {
          asked.push(upstream);
          return undefined;
        },
      },
    });
    expect(asked).toEqual([["Failed", "Success"]]);
    expect(statesOf(run).c).toBe("Success");
  });

  test.each([
    ["skips the task if it throws a skip", "Skipped", "not today"],
    ["fails the task if it throws a fail", "Failed", "never"],
    ["fails the task if it says no", "TriggerFailed", "Trigger failed"],
    [
      "fails the task if it throws",
      "TriggerFailed",
      "Unexpected error while checking task trigger: division by zero",
    ],
  ] as const)("34. %s", (_, state, message) => {
    const run = simulate(startOf(graph), {
      triggers: { c: () => ({ state, message }) },
    });
    expect(runOf(run, "c")).toMatchObject({ state, message, attempt: 0 });
    expect(statesOf(run).d).toBe(
      state === "Skipped" ? "Skipped" : "TriggerFailed",
    );
  });

  test("34. is asked for each element of a map", () => {
    const mapped = makeGraph({
      a: { map: [value([1, 2])] },
      b: { map: ["a"], trigger: { type: "custom" } },
    });
    const run = simulate(startOf(mapped), {
      script: script({ "a[1]": { ends: "fail" } }),
      triggers: {
        b: ([state]) =>
          state === "Failed"
            ? undefined
            : { state: "Skipped", message: "nothing to mend" },
      },
    });
    expect([runOf(run, "b[0]").state, runOf(run, "b[1]").state]).toEqual([
      "Skipped",
      "Success",
    ]);
  });

  test("34. lets the task wait for a person if it throws a pause, and is not asked again", () => {
    let asked = 0;
    const run = simulate(startOf(graph), {
      triggers: {
        c: () => {
          asked += 1;
          return { state: "Paused", message: "look first" };
        },
      },
      happenings: [
        {
          at: 100,
          event: (state) => ({
            type: "pause-answered",
            at: 100,
            task: numberOf(look(state), "c"),
            answer: { type: "resume" },
          }),
        },
      ],
    });
    expect(runOf(run, "c")).toMatchObject({ state: "Success", attempt: 1 });
    expect(asked).toBe(1);
  });

  test("34. whose answer comes when it was not asked changes nothing", () => {
    const run = simulate(startOf(graph), {
      happenings: [
        {
          at: 5,
          event: {
            type: "trigger-answered",
            at: 5,
            task: 2,
            end: { state: "Skipped", message: "early" },
          },
        },
      ],
    });
    expect(statesOf(run).c).toBe("Success");
  });
});

describe("a task with manualOnly", () => {
  const graph = makeGraph({
    a: [],
    b: { needs: ["a"], trigger: { type: "manualOnly" } },
    c: ["b"],
  });

  test("87. waits for a person, and the flow with it", () => {
    const run = simulate(startOf(graph));
    expect(statesOf(run)).toEqual({ a: "Success", b: "Paused", c: "Pending" });
    expect(run.state).toMatchObject({
      state: "Paused",
      message: "b waits for a person.",
      endedAt: undefined,
    });
    expect(runOf(run, "b").message).toBe("Waits for a person to start it.");
  });

  test("87. starts when the person says so, and all ends well", () => {
    const run = simulate(startOf(graph), {
      person: () => ({ answer: { type: "resume" } }),
      happenings: [
        {
          at: 100,
          event: (state) => ({
            type: "pause-answered",
            at: 100,
            task: numberOf(look(state), "b"),
            answer: { type: "resume" },
          }),
        },
      ],
    });
    expect(run.state.state).toBe("Success");
    expect(run.started).toEqual(["a#1", "b#1", "c#1"]);
    expect(
      run.commands.filter(({ type }) => type === "start-attempt")[1],
    ).not.toHaveProperty("resumed");
  });

  test("87. is skipped when the person declines", () => {
    const run = simulate(startOf(graph), {
      happenings: [
        {
          at: 100,
          event: {
            type: "pause-answered",
            at: 100,
            task: 1,
            answer: { type: "decline", message: "not now" },
          },
        },
      ],
    });
    expect(statesOf(run)).toEqual({
      a: "Success",
      b: "Skipped",
      c: "Skipped",
    });
    expect(runOf(run, "b").message).toBe("Declined: not now.");
  });

  test("87. waits whatever happened before it", () => {
    const run = simulate(startOf(graph), {
      script: script({ a: { ends: "fail" } }),
    });
    expect(statesOf(run).b).toBe("Paused");
  });

  test("87. may be an element of a map", () => {
    const mapped = makeGraph({
      a: { map: [value([1, 2])], trigger: { type: "manualOnly" } },
    });
    const answer = (at: number, name: string) => ({
      at,
      event: (state: Parameters<typeof look>[0]) => ({
        type: "pause-answered" as const,
        at,
        task: numberOf(look(state), name),
        answer: { type: "resume" as const },
      }),
    });
    const run = simulate(startOf(mapped), { happenings: [answer(5, "a[1]")] });
    expect(run.started).toEqual(["a[1]#1"]);
    expect(run.state.state).toBe("Paused");
  });
});
