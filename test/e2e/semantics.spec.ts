/**
 * Flows and what becomes of them, after Prefect's model and with our departures from it, through the whole of the app: compiler,
 * sandbox, scheduler, database and page. What a task did is told by its states, its result and the rows it left.
 */
import type { Page } from "@playwright/test";
import { expect, testInOnePage as test } from "./fixture.ts";
import {
  elementsOf,
  endOfRun,
  newestRun,
  openCode,
  query,
  resultsOf,
  resume,
  run,
  startRun,
  statesOf,
  taskOf,
  waitFor,
} from "./notebooks.ts";

/** Tasks that the flows of several tests are made of. */
const tasks = `
const one = task(() => 1)
const add = task((...numbers: number[]) => numbers.reduce((sum, n) => sum + n, 0))
const total = task((numbers: number[]) => numbers.reduce((sum, n) => sum + n, 0))
const boom = task((): number => { throw new TypeError("boom") })
const nothing = task((): number => { throw skip("nothing") })
const show = (value: unknown): unknown => value instanceof Error ? value.message : Array.isArray(value) ? value.map(show) : value
const tell = task((...values: unknown[]) => show(values), { trigger: triggers.allFinished })
`;

/** Notes that a task was called; the note stays if the task succeeds. */
const note = `
async function note(task: string) {
  await db.exec("CREATE TABLE IF NOT EXISTS calls (task TEXT)")
  await sql\`INSERT INTO calls VALUES (\${task})\`
}
`;

/** How often each task has noted a call. */
async function callsOf(page: Page): Promise<Record<string, unknown>> {
  const rows = await query(
    page,
    "SELECT task, count(*) AS n FROM calls GROUP BY task",
  );
  return Object.fromEntries(rows.map(({ task, n }) => [task, n]));
}

test.describe("failures", () => {
  test("hold back what needs the result, and the flow is as its reference tasks are", async ({
    page,
  }) => {
    await openCode(
      page,
      `${tasks}
flow("Chain", () => add.with({ name: "last" })(add(boom())))
flow("Diamond", () => { const a = one(); return tell.with({ name: "join", trigger: triggers.anyFailed })(add(a, 1), boom.with({ waitFor: [a] })()) })
flow("Whole diamond", () => { const a = one(); return tell.with({ name: "join", trigger: triggers.anyFailed })(add(a, 1), add.with({ name: "other" })(a, 2)) })
flow("Cleaned up", () => tell(boom()))
flow("Named", () => tell(boom()), { referenceTasks: [boom] })
flow("Apart", () => { boom(); return add(one(), 1) })
flow("Good reference", () => { const a = one(); boom.with({ waitFor: [a] })(); return a }, { referenceTasks: [one] })
flow("Empty", () => {})`,
    );

    const chain = await run(page, { flow: "Chain" });
    expect(chain.state).toBe("Failed");
    expect(statesOf(chain)).toEqual({
      boom: "Failed",
      add: "TriggerFailed",
      last: "TriggerFailed",
    });
    expect(taskOf(chain, "boom")).toMatchObject({
      message: "boom",
      attempts: 1,
    });
    expect(taskOf(chain, "add")).toMatchObject({
      message: "Not started: boom failed.",
      attempts: 0,
    });
    expect(chain.message).toBe(
      "boom failed, and so some reference tasks failed: last (TriggerFailed).",
    );

    const diamond = await run(page, { flow: "Diamond" });
    expect(diamond.state).toBe("Success");
    expect(diamond.result).toEqual([2, "boom"]);
    const whole = await run(page, { flow: "Whole diamond" });
    expect(whole.state).toBe("Failed");
    expect(taskOf(whole, "join")).toMatchObject({
      state: "TriggerFailed",
      message:
        "Not started: its trigger is anyFailed, but no upstream task failed.",
    });

    const stateOf = async (flow: string) => (await run(page, { flow })).state;
    expect(await stateOf("Cleaned up")).toBe("Success");
    expect(await stateOf("Named")).toBe("Failed");
    expect(await stateOf("Apart")).toBe("Failed");
    expect(await stateOf("Good reference")).toBe("Success");
    expect(await stateOf("Empty")).toBe("Success");
  });

  test("beat skips: a task after both has not started, and the flow has failed", async ({
    page,
  }) => {
    await openCode(
      page,
      `${tasks}\nflow("Both", () => add(boom(), nothing()))`,
    );
    const report = await run(page);
    expect(report.state).toBe("Failed");
    expect(taskOf(report, "add")).toMatchObject({
      state: "TriggerFailed",
      message: "Not started: boom failed.",
    });
  });
});

test("every trigger lets the right task start", async ({ page }) => {
  // What comes of a task after two that succeeded (S), failed (F) or were skipped (K): it runs (+), has not started (T) or is
  // skipped (K); after the slash with skipOnUpstreamSkip: false, where that is different.
  const combinations = ["", "SS", "SF", "FF", "SK", "KK", "FK"];
  const matrix: Record<string, string> = {
    "triggers.allSuccessful": "+ + T T K/+ K/+ T",
    "triggers.allFailed": "+ T T + K/T K/T T",
    "triggers.anySuccessful": "+ + + T K/+ K/+ +",
    "triggers.anyFailed": "+ T + + K/T K/T +",
    "triggers.allFinished": "+ + + + K/+ K/+ +",
    "triggers.notAllSkipped": "K + T T K/+ K T",
    "triggers.someFailed({ atLeast: 1 })": "+ T + + K/T K/T +",
    "triggers.someFailed({ atLeast: 0.5, atMost: 0.9 })": "+ T + T K/T K/T +",
    "triggers.someSuccessful({ atLeast: 1, atMost: 1 })": "+ T + T K/T K/T +",
  };
  const signs: Record<string, string> = {
    "+": "Success",
    T: "TriggerFailed",
    K: "Skipped",
  };
  const calls: string[] = [];
  const expected: Record<string, string> = {};
  for (const [trigger, row] of Object.entries(matrix))
    row.split(" ").forEach((cell, column) => {
      const combination = combinations[column]!;
      const [usual, lenient = usual] = cell.split("/");
      const refs = [...combination].map(
        (letter, place) => `${letter.toLowerCase()}${place + 1}`,
      );
      for (const skips of [true, false]) {
        const name = `${trigger} after ${combination || "nothing"}${skips ? "" : ", skips let in"}`;
        expected[name] = signs[(skips ? usual : lenient)!]!;
        calls.push(
          `tried.with({ name: ${JSON.stringify(name)}, trigger: ${trigger}, skipOnUpstreamSkip: ${skips}, waitFor: [${refs.join()}] })()`,
        );
      }
    });
  await openCode(
    page,
    `${tasks}
const tried = task(() => 1)
flow("Matrix", () => {
  const s1 = one(), s2 = one(), f1 = boom(), f2 = boom(), k2 = nothing(), k1 = nothing()
  ${calls.join("\n  ")}
})`,
  );
  const { tasks: tried } = await run(page);
  expect(
    statesOf({ tasks: tried.filter(({ name }) => name in expected) }),
  ).toEqual(expected);
});

test("a trigger of one's own says yes, no or skip, and what it throws is told", async ({
  page,
}) => {
  await openCode(
    page,
    `${tasks}
const after = task((n: unknown) => n)
flow("Own", () => {
  const bad = boom()
  after.with({ name: "yes", trigger: (upstream) => upstream.some(({ state, message }) => state === "Failed" && message === "boom") })(bad)
  after.with({ name: "no", trigger: () => false })(bad)
  after.with({ name: "skips", trigger: () => skip("not today") })(bad)
  after.with({ name: "throws", trigger: () => { throw new RangeError("out of range") } })(bad)
  return one()
}, { referenceTasks: [one] })`,
  );
  const report = await run(page);
  expect(report.state).toBe("Success");
  expect(statesOf(report)).toMatchObject({
    yes: "Success",
    no: "TriggerFailed",
    skips: "Skipped",
    throws: "TriggerFailed",
  });
  expect(taskOf(report, "skips").message).toBe("not today");
  expect(taskOf(report, "throws").message).toContain("out of range");
});

test.describe("values", () => {
  test("reach a task through tuples, fields, lists and objects, and a failed one is its error in place", async ({
    page,
  }) => {
    await openCode(
      page,
      `${tasks}
const pair = task((): [number, { deep: string[] }] => [7, { deep: ["a", "b"] }])
const take = task((...values: unknown[]) => values)
flow("Values", () => {
  const [first, second] = pair()
  const rest = { list: [first, one()], at: second.deep[1], constant: [1, { a: 3 }] }
  const caught = tell.with({ name: "caught", trigger: triggers.anyFailed })([boom(), first])
  const lost = take.with({ name: "lost" })((pair()[1] as any).missing.field)
  tell.with({ name: "after" })(lost)
  return { taken: take(rest, second), caught, given: param("given", [1, 2]) }
}, { referenceTasks: [take] })`,
    );
    const report = await run(page);
    expect(resultsOf(report)["take"]).toEqual([
      { list: [7, 1], at: "b", constant: [1, { a: 3 }] },
      { deep: ["a", "b"] },
    ]);
    expect(resultsOf(report)["caught"]).toEqual([["boom", 7]]);
    expect(taskOf(report, "lost").state).toBe("Failed");
    expect(taskOf(report, "lost").message).toContain("missing");
  });

  test("are copies: what one task does to its input no other task sees", async ({
    page,
  }) => {
    await openCode(
      page,
      `
const list = task(() => [1])
const push = task((numbers: number[]) => { numbers.push(2); return numbers })
const read = task((numbers: number[], pushed: number[]) => ({ numbers, pushed }))
flow("Copies", () => { const numbers = list(); return read(numbers, push(numbers)) })`,
    );
    expect((await run(page)).result).toEqual({
      numbers: [1],
      pushed: [1, 2],
    });
  });

  test("of a flow are what its body returned, in its shape", async ({
    page,
  }) => {
    await openCode(
      page,
      `${tasks}
const fine = task(() => ({ rows: [{ id: 1 }], when: new Date(0), big: 12345678901234567890n }))
flow("Shape", () => { const all = fine(); return [all.rows[0], { when: all.when, big: all.big }, nothing(), param("n", 5), "text"] })`,
    );
    const report = await run(page, { parameters: { n: 6 } });
    expect(report.parameters).toEqual({ n: 6 });
    expect(report.result).toEqual([
      { id: 1 },
      { when: new Date(0), big: 12345678901234567890n },
      null,
      6,
      "text",
    ]);
  });
});

test("a skip goes on to what follows, unless that lets skips in", async ({
  page,
}) => {
  await openCode(
    page,
    `${tasks}
const next = task((n: number) => n + 1)
const lenient = task((n: number | null) => ({ n }), { skipOnUpstreamSkip: false })
flow("Skips", () => { const none = nothing(); next.with({ name: "second" })(next(none)); return lenient(none) })`,
  );
  const report = await run(page);
  expect(report.state).toBe("Success");
  expect(statesOf(report)).toEqual({
    nothing: "Skipped",
    next: "Skipped",
    second: "Skipped",
    lenient: "Success",
  });
  expect(taskOf(report, "nothing").message).toBe("nothing");
  expect(taskOf(report, "next").message).toBe(
    "Skipped, because nothing was skipped. For a task that should run all the same, set skipOnUpstreamSkip: false.",
  );
  expect(report.result).toEqual({ n: null });
});

test("signals end a task from however deep a call", async ({ page }) => {
  await openCode(
    page,
    `${tasks}
const deep = (work: () => unknown) => [1].map(work)
const succeeds = task((): any => { deep(() => success(5)); return 6 })
const fails = task(() => { deep(() => fail("custom")) }, { retries: 1 })
const gives_up = task(() => { throw new Error("no use") }, { retries: 5, retryIf: (error) => error.message !== "no use" })
const unsure = task(() => { throw new Error("no") }, { retries: 5, retryIf: () => { throw new Error("what?") } })
const again = task(() => { if (context.attempt < 4) throw retry("again", { after: 10 }); return context.attempt })
const saved = task((): string => { throw new Error("lost") }, { retries: 1, fallback: (error) => "saved from " + error.message })
const counted = task(() => { if (context.loopCount < 4) throw loop([context.loopCount, ...((context.loopResult as number[]) ?? [])]); return context.loopResult })
flow("Signals", () => tell(succeeds(), fails(), gives_up(), unsure(), again(), saved(), counted()))`,
  );
  const report = await run(page);
  expect(report.result).toEqual([
    5,
    "custom",
    "no use",
    "no",
    4,
    "saved from lost",
    [3, 2, 1],
  ]);
  const attempts = Object.fromEntries(
    report.tasks.map(({ name, attempts }) => [name, attempts]),
  );
  expect(attempts).toMatchObject({
    succeeds: 1,
    fails: 2,
    gives_up: 1,
    unsure: 1,
    again: 4,
    saved: 2,
    counted: 1,
  });
  expect(taskOf(report, "saved").message).toContain("fallback");
});

test("a loop that fails goes on at the iteration that failed", async ({
  page,
}) => {
  await openCode(
    page,
    `
const pages = task(() => {
  log("iteration", context.loopCount, "attempt", context.attempt)
  if (context.loopCount === 2 && context.attempt === 1) throw new Error("page 2 is down")
  if (context.loopCount < 3) throw loop(context.loopCount)
  return context.loopResult
}, { retries: 1 })
flow("Loop", () => pages())`,
  );
  const report = await run(page);
  expect(report).toMatchObject({ state: "Success", result: 2 });
  const lines = await query(
    page,
    "SELECT text FROM history.logs WHERE text LIKE 'iteration%' ORDER BY at, rowid",
  );
  expect(lines.map(({ text }) => text)).toEqual([
    "iteration 1 attempt 1",
    "iteration 2 attempt 1",
    "iteration 2 attempt 2",
    "iteration 3 attempt 2",
  ]);
});

test("a loop that loads rows and fails has all its rows, each once", async ({
  page,
}) => {
  await openCode(
    page,
    `
const pages = task(async (n: number) => {
  await load("t", [{ n, page: context.loopCount }])
  if (context.loopCount === 3 && context.attempt === 1) throw new Error("page 3 is down")
  if (context.loopCount < 4) loop(context.loopCount)
  return context.loopCount
}, { retries: 1, retryDelay: 0 })
flow("Loop", () => [pages(0), pages.map([1, 2])])`,
  );
  expect(await run(page)).toMatchObject({
    state: "Success",
    result: [4, [4, 4]],
  });
  expect(
    await query(
      page,
      "SELECT n, group_concat(page) AS pages FROM (SELECT * FROM t ORDER BY n, page) GROUP BY n",
    ),
  ).toEqual([0, 1, 2].map((n) => ({ n, pages: "1,2,3,4" })));
});

test("several answers at once, and Resume of several paused tasks, all go on", async ({
  page,
}) => {
  await openCode(
    page,
    `
const add = task((a: number, b: number) => a + b)
const wait = task((n: number) => { if (!context.resumed) pause("wait " + n); return n })
flow("Gates", () => [add(approve(1, "a"), 1), add(approve(2, "b"), 1), wait.map([1, 2, 3])])`,
  );
  await page.evaluate(() => void window.flowbook.run());
  const state = () =>
    page.evaluate(async () => (await window.flowbook.runs())[0]?.state);
  await expect.poll(state).toBe("Paused");
  const report = await page.evaluate(async () => {
    const { flowbook } = window;
    await Promise.all([
      flowbook.answer("approve-1"),
      flowbook.answer("approve-2"),
    ]);
    return flowbook.resume();
  });
  expect(report).toMatchObject({
    state: "Success",
    result: [2, 3, [1, 2, 3]],
  });
});

test.describe("retries", () => {
  test("are counted, told by attempt, and end in Success or Failed", async ({
    page,
  }) => {
    await openCode(
      page,
      `${tasks}
const flaky = task(() => { if (context.attempt < 3) throw new Error("not yet"); return context.attempt }, { retries: 3, retryDelay: [5, 10] })
const hopeless = task((): number => { throw new Error("never") }, { retries: 2 })
const late = task(() => { if (context.attempt === 1) for (;;) ; return "in time" }, { timeout: "2s", retries: 1 })
const after = task((n: number) => n)
const held = task((n: number) => n, { retries: 3 })
flow("Retries", () => { after(flaky()); held(hopeless()); late() })`,
    );
    const report = await run(page);
    expect(report.state).toBe("Failed");
    expect(taskOf(report, "flaky")).toMatchObject({
      state: "Success",
      attempts: 3,
      result: 3,
    });
    expect(taskOf(report, "hopeless")).toMatchObject({
      state: "Failed",
      attempts: 3,
      message: "Attempt 3 of 3 failed: never",
    });
    // What has not started is not tried again either.
    expect(taskOf(report, "held")).toMatchObject({
      state: "TriggerFailed",
      attempts: 0,
    });
    expect(taskOf(report, "late")).toMatchObject({
      state: "Success",
      attempts: 2,
    });
    const attempts = await query(
      page,
      "SELECT id, attempt, state, message FROM history.attempts WHERE id IN ('flaky-1', 'late-1') ORDER BY id, attempt",
    );
    expect(attempts.map((row) => Object.values(row))).toEqual([
      ["flaky-1", 1, "Failed", "not yet"],
      ["flaky-1", 2, "Failed", "not yet"],
      ["flaky-1", 3, "Success", null],
      ["late-1", 1, "TimedOut", "Stopped after 2 s, its timeout."],
      ["late-1", 2, "Success", null],
    ]);
  });

  test("start anew after Resume, and attempts are counted on", async ({
    page,
  }) => {
    await openCode(
      page,
      `
const work = task((good: number) => { if (context.attempt < good) throw new Error("no"); return context.attempt }, { retries: 1 })
flow("Resumed", () => work(param("good", 99)))`,
    );
    expect(taskOf(await run(page), "work").attempts).toBe(2);
    const resumed = await resume(page, { parameters: { good: 4 } });
    expect(resumed).toMatchObject({ state: "Success", result: 4 });
    expect(taskOf(resumed, "work").attempts).toBe(4);
  });
});

test("endless loops in a map are stopped, each at its timeout, and the other elements are not held up", async ({
  page,
}) => {
  await openCode(
    page,
    `${tasks}
const list = task(() => Array.from({ length: 40 }, (_, n) => n))
const spin = task((n: number) => { while (n === 3 || n === 17) {} return n }, { timeout: "1500ms" })
const sum = task((numbers: (number | Error | null)[]) => numbers.filter((n) => typeof n === "number").length, { trigger: triggers.allFinished })
flow("Spin", () => sum(spin.map(list())))`,
  );
  const report = await run(page);
  expect(report).toMatchObject({ state: "Success", result: 38 });
  const elements = elementsOf(report, "spin");
  expect(elements).toHaveLength(40);
  expect(
    elements.flatMap((state, index) => (state === "TimedOut" ? [index] : [])),
  ).toEqual([3, 17]);
  expect(elements.filter((state) => state === "Success")).toHaveLength(38);
});

test.describe("a map", () => {
  const code = `${tasks}
const inverse = task((n: number) => { if (n === 0) throw new Error("no inverse"); return 1 / n })
const inc = task((n: number) => n + 1)
const odd = task((n: number) => { if (n % 2) throw skip("odd"); return n })
const rescue = task((n: unknown) => show(n), { trigger: triggers.anyFailed })
const lenient = task((list: (number | null)[]) => list, { skipOnUpstreamSkip: false })
const listOf = task((...numbers: number[]) => numbers)
const text = task((): any => "text")
const dictionary = task((): any => ({ a: 1 }))
const plus = task((a: number, b: number) => a + b)
`;

  test("fails element by element, and what follows sees it so", async ({
    page,
  }) => {
    await openCode(
      page,
      `${code}
flow("Inverse", () => {
  const inverses = inverse.map(listOf(1, 0, 2))
  total(inverses)
  tell(inverses)
  rescue.map(inverses)
  return inc.map(inverses)
})`,
    );
    const report = await run(page);
    expect(report.state).toBe("Failed");
    expect(taskOf(report, "inverse")).toMatchObject({
      state: "Mapped",
      message: "1 of 3 failed.",
    });
    expect(elementsOf(report, "inverse")).toEqual([
      "Success",
      "Failed",
      "Success",
    ]);
    expect(statesOf(report)["total"]).toBe("TriggerFailed");
    expect(resultsOf(report)["tell"]).toEqual([[1, "no inverse", 0.5]]);
    expect(elementsOf(report, "inc")).toEqual([
      "Success",
      "TriggerFailed",
      "Success",
    ]);
    expect(elementsOf(report, "rescue")).toEqual([
      "TriggerFailed",
      "Success",
      "TriggerFailed",
    ]);
    expect(taskOf(report, "rescue").children![1]!.result).toBe("no inverse");
  });

  test("skips element by element, and a reduce is skipped or has holes", async ({
    page,
  }) => {
    await openCode(
      page,
      `${code}
flow("Odd", () => {
  const even = odd.map([1, 2, 3, 4])
  inc.map(even)
  total.with({ name: "reduced" })(even)
  return lenient(even)
})`,
    );
    const report = await run(page);
    const expected = ["Skipped", "Success", "Skipped", "Success"];
    expect(report.state).toBe("Success");
    expect(elementsOf(report, "odd")).toEqual(expected);
    expect(elementsOf(report, "inc")).toEqual(expected);
    expect(statesOf(report)["reduced"]).toBe("Skipped");
    expect(report.result).toEqual([null, 2, null, 4]);
  });

  test("over what is no list fails and says what to do, over what failed or was skipped does not start", async ({
    page,
  }) => {
    await openCode(
      page,
      `${code}
flow("Lengths", () => plus.map(listOf(1, 2, 3), [10, 20]))
flow("Number", () => inc.map(one() as any))
flow("Text", () => inc.map(text()))
flow("Dictionary", () => inc.map(dictionary()))
flow("Failed", () => inc.map(boom() as any))
flow("Skipped", () => inc.map(nothing() as any))
flow("Half", () => plus.map([1, 2], boom() as any))
flow("Unmapped", () => plus.map([1, 2], unmapped(boom())))
flow("Unmapped skip", () => plus.map([1, 2], unmapped(nothing())))
flow("All the same", () => plus.map(unmapped(1), unmapped(2)))`,
    );
    const outcome = async (flow: string) => {
      const report = await run(page, { flow });
      const task = report.tasks.at(-1)!;
      return {
        flow: report.state,
        task: task.state,
        message: task.message,
        children: task.children?.map(({ state }) => state),
      };
    };
    expect(await outcome("Lengths")).toMatchObject({
      flow: "Failed",
      task: "Failed",
      message: expect.stringMatching(/a has 3, b has 2/),
    });
    for (const flow of ["Number", "Text", "Dictionary"])
      expect(await outcome(flow), flow).toMatchObject({
        flow: "Failed",
        task: "Failed",
        message: expect.stringMatching(/list/),
      });
    for (const flow of ["Failed", "Half"])
      expect(await outcome(flow), flow).toMatchObject({
        flow: "Failed",
        task: "TriggerFailed",
        message: expect.stringContaining("boom failed"),
      });
    expect(await outcome("Skipped")).toMatchObject({
      flow: "Success",
      task: "Skipped",
    });
    expect(await outcome("Unmapped")).toMatchObject({
      flow: "Failed",
      children: ["TriggerFailed", "TriggerFailed"],
    });
    expect(await outcome("Unmapped skip")).toMatchObject({
      flow: "Success",
      task: "Skipped",
    });
    expect(await outcome("All the same")).toMatchObject({
      flow: "Success",
      task: "Success",
      children: undefined,
    });
  });

  test("over nothing is a list of nothing, and triggers count none", async ({
    page,
  }) => {
    await openCode(
      page,
      `${code}
const ended = task((list: unknown) => list)
flow("Nothing", () => {
  const none = inc.map(listOf())
  for (const [name, trigger] of Object.entries({ allSuccessful: triggers.allSuccessful, allFailed: triggers.allFailed, allFinished: triggers.allFinished,
    anySuccessful: triggers.anySuccessful, anyFailed: triggers.anyFailed, notAllSkipped: triggers.notAllSkipped }))
    ended.with({ name, trigger })(none)
  return none
})`,
    );
    const report = await run(page);
    expect(report.result).toEqual([]);
    expect(statesOf(report)).toEqual({
      listOf: "Success",
      inc: "Mapped",
      allSuccessful: "Success",
      allFailed: "Success",
      allFinished: "Success",
      anySuccessful: "TriggerFailed",
      anyFailed: "TriggerFailed",
      notAllSkipped: "Skipped",
    });
    expect(resultsOf(report)["allSuccessful"]).toEqual([]);
  });

  test("nests, flattens and reduces in order", async ({ page }) => {
    await openCode(
      page,
      `${code}
const upTo = task((n: number) => Array.from({ length: n }, (_, i) => i))
const lists = task(() => [[1], [2, 3]])
const flatAlready = task((): any => [4, 5])
flow("Nested", () => ({
  deep: inc.map.map(lists()),
  flat: inc.map(flatten(lists())),
  fromMap: inc.map(flatten(upTo.map([1, 2, 3]))),
  sum: total(flatten(upTo.map([1, 2, 3]))),
  already: inc.map(flatten(flatAlready())),
  literal: inc.map([one(), 2, one()]),
}))`,
    );
    const report = await run(page);
    expect(report.result).toEqual({
      deep: [[2], [3, 4]],
      flat: [2, 3, 4],
      fromMap: [1, 1, 2, 1, 2, 3],
      sum: 4,
      already: [5, 6],
      literal: [2, 3, 2],
    });
  });

  test("of a map goes depth first: the first element is through before the second has begun its own first step", async ({
    page,
  }) => {
    // The second element waits until it sees what the second step of the first element has written.
    await openCode(
      page,
      `
const first = task(async (n: number) => {
  for (let found = 0; n === 1 && found === 0;) {
    const [row] = await db.query<{ n: number }>("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'seen'")
    found = row!.n
  }
  return n
}, { timeout: "20s" })
const second = task(async (n: number) => { await load("seen", [{ n }]); return n })
flow("Depth", () => second.map(first.map([0, 1])))`,
    );
    const report = await run(page);
    expect(report).toMatchObject({ state: "Success", result: [0, 1] });
  });

  test("tries only the element again that failed, and names each run", async ({
    page,
  }) => {
    await openCode(
      page,
      `${code}
const flaky = task((n: number) => { if (n === 2 && context.attempt === 1) throw new Error("once"); return context.mapIndex }, { retries: 1, name: (n) => "number " + n })
flow("Flaky", () => inc.map(flaky.map([1, 2, 3])))`,
    );
    const report = await run(page);
    expect(report.result).toEqual([1, 2, 3]);
    const { children } = report.tasks[0]!;
    expect(children!.map(({ attempts }) => attempts)).toEqual([1, 2, 1]);
    expect(children!.map((child) => (child as { name?: string }).name)).toEqual(
      ["number 1", "number 2", "number 3"],
    );
    expect(report.tasks[1]!.children!.map(({ attempts }) => attempts)).toEqual([
      1, 1, 1,
    ]);
  });

  test("holds to its limits, by a number and by a tag", async ({ page }) => {
    await openCode(
      page,
      `
const wait = task(async (n: number) => { const start = Date.now(); await new Promise((resolve) => setTimeout(resolve, 40)); return { start, stop: Date.now() } }, { concurrency: 1 })
const tagged = task(async (n: number) => { const start = Date.now(); await new Promise((resolve) => setTimeout(resolve, 40)); return { start, stop: Date.now() } }, { tags: ["api"] })
flow("Limits", () => [wait.map([1, 2, 3]), tagged.map([1, 2, 3, 4])], { concurrency: { api: 2 } })`,
    );
    const report = await run(page);
    const mostAtOnce = (spans: { start: number; stop: number }[]) =>
      Math.max(
        ...spans.map(
          ({ start }) =>
            spans.filter((other) => other.start <= start && start < other.stop)
              .length,
        ),
      );
    const [alone, twos] = report.result as {
      start: number;
      stop: number;
    }[][];
    expect(mostAtOnce(alone!)).toBe(1);
    expect(mostAtOnce(twos!)).toBeLessThanOrEqual(2);
  });
});

test.describe("branches", () => {
  test("run where the condition leads, and merge gives the first that was not skipped", async ({
    page,
  }) => {
    await openCode(
      page,
      `${tasks}
const word = task((text: string) => text.toUpperCase())
const end = task((text: string) => text + "!")
const truth = task((value: any) => value)
const empty = task((): any => null)
flow("Chosen", () => end(choose(param("kind", { options: ["a", "b", "c"] }), { a: () => end.with({ name: "end a" })(word("a")), b: () => word.with({ name: "word b" })("b") })))
flow("Default", () => choose(param("kind", { options: ["a", "b", "c"] }), { a: () => word("a") }, { default: () => word("other") }))
flow("Truth", () => when(truth(param("value", { type: "json", default: 0 })), () => "yes", () => "no"))
flow("Nested", () => when(true, () => when(truth(false), () => word("inner"), () => word("deep")), () => word("outer")))
flow("Merged", () => ({ both: merge(word("first"), word("second")), nulls: merge(empty(), word("later")), skipped: merge(nothing() as any, word("kept")) }))
flow("Twelve", () => merge(...Array.from({ length: 12 }, (_, n) => n === 0 ? nothing() : one.with({ name: "n" + n, waitFor: [] })()) as [any, ...any[]]))
flow("Broken", () => merge(boom() as any, word("kept")))
flow("None", () => end(merge(nothing() as any, nothing())))`,
    );
    const chosen = await run(page, {
      flow: "Chosen",
      parameters: { kind: "b" },
    });
    expect(chosen).toMatchObject({ state: "Success", result: "B!" });
    expect(statesOf(chosen)).toMatchObject({
      word: "Skipped",
      "end a": "Skipped",
      "word b": "Success",
      end: "Success",
    });
    const none = await run(page, { flow: "Chosen", parameters: { kind: "c" } });
    expect(none).toMatchObject({ state: "Success", result: null });
    expect(taskOf(none, "merge-1")).toMatchObject({
      state: "Skipped",
      message: "All upstreams were skipped.",
    });
    expect(statesOf(none)["end"]).toBe("Skipped");
    const other = await run(page, {
      flow: "Default",
      parameters: { kind: "c" },
    });
    expect(other.result).toBe("OTHER");

    for (const [value, answer] of [
      [true, "yes"],
      [0, "no"],
      ["", "no"],
      [[1], "yes"],
      [[], "yes"],
      [null, "no"],
    ])
      expect(
        (await run(page, { flow: "Truth", parameters: { value } })).result,
        JSON.stringify(value),
      ).toBe(answer);
    expect((await run(page, { flow: "Nested" })).result).toBe("DEEP");
    expect((await run(page, { flow: "Merged" })).result).toEqual({
      both: "FIRST",
      nulls: null,
      skipped: "KEPT",
    });
    const twelve = await run(page, { flow: "Twelve" });
    expect(twelve).toMatchObject({ state: "Success", result: 1 });
    const broken = await run(page, { flow: "Broken" });
    expect(broken.state).toBe("Failed");
    expect(taskOf(broken, "merge-1").state).toBe("TriggerFailed");
    const skipped = await run(page, { flow: "None" });
    expect(skipped.state).toBe("Success");
    expect(statesOf(skipped)["end"]).toBe("Skipped");
  });

  test("of a sub-flow belong to its one node, which ends as they did, for each set of parameters", async ({
    page,
  }) => {
    await openCode(
      page,
      `${tasks}
const half = task((n: number) => { if (n % 2) throw new Error(n + " is odd"); return n / 2 })
const sub = flow("Half", ({ n, plus }) => add(half(n), plus), { parameters: { n: { type: "number" }, plus: 1 } })
const twice = task((n: number) => n * 2)
const sets = task(() => [{ n: 2 }, { n: 3 }, { n: 4, plus: 10 }])
flow("One", () => twice(sub({ n: 8 })))
flow("Many", () => twice.map(sub.map(sets())))
flow("Wrong", () => sub({ n: "x" as any }))`,
    );
    const single = await run(page, { flow: "One" });
    expect(single).toMatchObject({ state: "Success", result: 10 });
    expect(taskOf(single, "Half-1")).toMatchObject({
      state: "Success",
      result: 5,
    });
    const many = await run(page, { flow: "Many" });
    expect(many.state).toBe("Failed");
    expect(elementsOf(many, "Half-1")).toEqual([
      "Success",
      "Failed",
      "Success",
    ]);
    expect(elementsOf(many, "twice")).toEqual([
      "Success",
      "TriggerFailed",
      "Success",
    ]);
    expect(taskOf(many, "twice").children!.map(({ result }) => result)).toEqual(
      [4, undefined, 24],
    );
    const marked = await page.evaluate(async () => {
      await window.flowbook.markSuccess("Half", 99, 1);
      return window.flowbook.resume();
    });
    expect(elementsOf(marked, "Half-1/half-1")[1]).toBe("Failed");
    expect(
      taskOf(marked, "twice").children!.map(({ result }) => result),
    ).toEqual([4, 198, 24]);
    expect(marked.state).toBe("Success");
    const wrong = await page.evaluate(() =>
      window.flowbook
        .run({ flow: "Wrong" })
        .then(({ state, tasks }) => state + JSON.stringify(tasks), String),
    );
    expect(wrong).toContain("n");
    expect(wrong).toMatch(/number/);
  });
});

test.describe("cacheFor", () => {
  const code = `${tasks}${note}
const square = task(async (n: number) => { await note("square"); return n * n }, { cacheFor: "1h" })`;

  test("computes once for the same code and inputs, in a run and across runs", async ({
    page,
  }) => {
    await openCode(
      page,
      `${code}\nflow("Square", () => square(param("p", 1)))`,
    );
    const states: string[] = [];
    for (const p of [1, 1, 2, 2, 1]) {
      const report = await run(page, { parameters: { p } });
      expect(report.result).toBe(p * p);
      states.push(report.tasks[0]!.state);
    }
    expect(states).toEqual([
      "Success",
      "Cached",
      "Success",
      "Cached",
      "Cached",
    ]);
    expect(await callsOf(page)).toEqual({ square: 2 });
    const { message, attempts } = (await newestRun(page)).tasks[0]!;
    expect(attempts).toBe(0);
    expect(message).toMatch(
      /^Reused from the run of .* UTC: same code and inputs/,
    );
  });

  test("goes element by element, and an equal call in the same run waits for the first", async ({
    page,
  }) => {
    await openCode(
      page,
      `${code}\nflow("Squares", () => square.map(param("list", [1, 2])))\nflow("Twice", () => [square(7), square(7)])`,
    );
    await run(page, { flow: "Squares" });
    const second = await run(page, {
      flow: "Squares",
      parameters: { list: [2, 3] },
    });
    expect(second.result).toEqual([4, 9]);
    expect(elementsOf(second, "square")).toEqual(["Cached", "Success"]);
    expect(await callsOf(page)).toEqual({ square: 3 });

    const twice = await run(page, { flow: "Twice" });
    expect(twice.result).toEqual([49, 49]);
    expect(twice.tasks.map(({ state }) => state).sort()).toEqual([
      "Cached",
      "Success",
    ]);
    expect(await callsOf(page)).toEqual({ square: 4 });
    const plan = await page.evaluate(() =>
      window.flowbook.plan({ flow: "Twice" }),
    );
    expect(plan.map(({ action }) => action)).toEqual(["reuse", "reuse"]);
  });

  test("expires, never keeps a failure, does not share between different code, and does not save from a trigger", async ({
    page,
  }) => {
    await openCode(
      page,
      `${code}
const brief = task(async () => { await note("brief"); return 1 }, { cacheFor: 1 })
const failing = task(async (bad: boolean): Promise<number> => { if (bad) throw new Error("bad"); return 1 }, { cacheFor: "forever" })
const loadA = task(async (n: number) => { await note("a"); return "a" + n }, { name: "load it", cacheFor: "1h", cacheKey: "same" })
const loadB = task(async (n: number) => { await note("b"); return "b" + n }, { name: "load it", cacheFor: "1h", cacheKey: "same" })
const keyed = task(async (n: number, debug: boolean) => { await note("keyed"); return n }, { cacheFor: "1h", cacheKey: (n) => n > 1 ? "many" : "few" })
flow("Brief", () => brief())
flow("Failing", () => failing(true))
flow("Names", () => [loadA(1), loadB(1)])
flow("Keyed", () => keyed(param("n", 1), false))
flow("Cached", () => square(3))
flow("Cached behind a failure", () => square.with({ waitFor: [boom()] })(3))`,
    );
    for (let count = 0; count < 2; count += 1) {
      expect((await run(page, { flow: "Brief" })).tasks[0]!.state).toBe(
        "Success",
      );
      const failed = await run(page, { flow: "Failing" });
      expect(failed.tasks[0]).toMatchObject({ state: "Failed", attempts: 1 });
      await run(page, { flow: "Keyed" });
    }
    expect((await run(page, { flow: "Names" })).result).toEqual(["a1", "b1"]);
    expect(await callsOf(page)).toEqual({ brief: 2, a: 1, b: 1, keyed: 1 });

    expect((await run(page, { flow: "Cached" })).state).toBe("Success");
    const behind = await run(page, { flow: "Cached behind a failure" });
    expect(statesOf(behind)["square"]).toBe("TriggerFailed");
  });
});

test("onStateChange sees every change, and changes nothing, whatever it does", async ({
  page,
}) => {
  await openCode(
    page,
    `
const flaky = task(() => { if (context.attempt === 1) throw new Error("once"); return 42 }, {
  retries: 1, retryDelay: 1,
  onStateChange: ({ name, from, to, attempt }) => { log("saw", name, from, to, attempt); return { state: "Failed" } as any },
})
const steady = task((n: number) => n, { onStateChange: () => { throw new Error("the watcher died") } })
flow("Watched", () => steady(flaky()), { onStateChange: ({ name, from, to }) => log("flow", name, from, to) })`,
  );
  const report = await run(page);
  expect(report).toMatchObject({ state: "Success", result: 42 });
  const textsOf = async (start: string) =>
    (
      await query(page, "SELECT text FROM history.logs ORDER BY at, rowid")
    ).flatMap(({ text }) => (String(text).startsWith(start) ? [text] : []));
  await expect
    .poll(() => textsOf("flow"))
    .toEqual(["flow Watched Pending Running", "flow Watched Running Success"]);
  expect(await textsOf("saw")).toEqual([
    "saw flaky Pending Running 1",
    "saw flaky Running Retrying 1",
    "saw flaky Retrying Running 2",
    "saw flaky Running Success 2",
  ]);
  expect((await textsOf("onStateChange of steady"))[0]).toContain(
    "the watcher died",
  );
});

test.describe("people", () => {
  test("start a task that waits for them, and one that paused itself starts again from its beginning", async ({
    page,
  }) => {
    await openCode(
      page,
      `${tasks}
const manual = task((n: number) => n + 1, { trigger: triggers.manualOnly })
const asks = task((n: number) => { if (!context.resumed) throw pause("look at " + n); return n * 10 })
flow("Manual", () => add(manual(one()), 1))
flow("Between", () => one())
flow("Pause", () => add(asks(4), 1))`,
    );
    await startRun(page, { flow: "Manual" });
    await waitFor(page, { Manual: "Paused", manual: "Paused", add: "Pending" });
    expect((await newestRun(page)).message).toBe("manual waits for a person.");
    // Another run may come in between.
    await run(page, { flow: "Between" });
    await page.evaluate(() =>
      window.flowbook.answer("manual", { type: "resume" }),
    );
    expect(await endOfRun(page)).toMatchObject({
      message: "All reference tasks succeeded.",
      state: "Success",
      result: 3,
    });

    await startRun(page, { flow: "Pause" });
    await waitFor(page, { Pause: "Paused", asks: "Paused" });
    expect(taskOf(await newestRun(page), "asks").message).toBe("look at 4");
    const resumed = await resume(page, { flow: "Pause" });
    expect(resumed).toMatchObject({ state: "Success", result: 41 });
    expect(await endOfRun(page)).toMatchObject({ id: resumed.id });
  });

  test("approve, decline and fill in a form, of a mapped gate element by element", async ({
    page,
  }) => {
    await openCode(
      page,
      `${tasks}
const sub = flow("Sub", ({ n }) => add(approve(n, "Let it through?"), 1), { parameters: { n: { type: "number" } } })
flow("Gates", () => {
  const { limit, note } = ask("How much?", { limit: { type: "number", default: 5, min: 0 }, note: "" })
  return { limit, note, passed: add(approve(one(), "Go on?"), limit) }
})
flow("Each", () => sub.map([{ n: 1 }, { n: 2 }]))
flow("Hurry", () => add(approve(1, "Quick!", { timeout: "200ms" })))
flow("Brief", () => add(approve(1, "Quick!"), 1), { timeout: "200ms" })`,
    );
    await startRun(page, { flow: "Gates" });
    await waitFor(page, { Gates: "Paused", "How much?": "Paused" });
    const refused = await page.evaluate(() =>
      window.flowbook
        .answer("ask", { type: "approve", value: { limit: -1 } })
        .catch((error: Error) => error.message),
    );
    expect(refused).toContain("limit");
    const senseless = await page.evaluate(() =>
      window.flowbook
        .answer("Go on?", { type: "resume" })
        .catch((error: Error) => error.message),
    );
    expect(senseless).toBe(
      "Go on? cannot just go on: approve it, or decline it. It still waits.",
    );
    await page.evaluate(async () => {
      await window.flowbook.answer("ask", {
        type: "approve",
        value: { limit: 7 },
      });
      await window.flowbook.answer("Go on?");
    });
    expect((await endOfRun(page)).result).toEqual({
      limit: 7,
      note: "",
      passed: 8,
    });

    await startRun(page, { flow: "Each" });
    await waitFor(page, { Each: "Paused" });
    const refusals = await page.evaluate(async () => {
      const refusal = (index?: number) =>
        window.flowbook
          .answer("approve", {
            type: "approve",
            ...(index === undefined ? {} : { index }),
          })
          .catch((error: Error) => error.message);
      const whole = await refusal();
      await window.flowbook.answer("approve", {
        type: "decline",
        message: "too small",
        index: 0,
      });
      return [whole, await refusal(0)];
    });
    expect(refusals).toEqual([
      "approve is a map: say which of its 2 elements is answered, by its index from 0 on.",
      "approve[0] waits for nobody: it is Skipped.",
    ]);
    await page.evaluate(async () => {
      await window.flowbook.answer("approve", { type: "approve", index: 1 });
    });
    const each = await endOfRun(page);
    expect(each.state).toBe("Success");
    expect(elementsOf(each, "Sub-1")).toEqual(["Skipped", "Success"]);
    expect(taskOf(each, "Sub-1").children![1]!.result).toBe(3);
    expect(taskOf(each, "Sub-1/approve-1").children![0]!.message).toBe(
      "Declined: too small.",
    );

    const late = await run(page, { flow: "Hurry" });
    expect(late.state).toBe("Failed");
    expect(late.tasks[0]).toMatchObject({
      state: "TimedOut",
      message: "Nobody answered in time.",
    });
    const brief = await run(page, { flow: "Brief" });
    expect(brief.state).toBe("Cancelled");
    expect(brief.message).toContain("longer than 200 ms, its timeout");
  });
});

test("a resource is cleaned up however its users ended, and not if it was never set up", async ({
  page,
}) => {
  await openCode(
    page,
    `${tasks}
const opened = resource(
  async (name: string) => { if (name === "bad") throw new Error("no setup"); await load("open", [{ name }]); return { name } },
  async ({ name }) => { await load("closed", [{ name }]) },
)
const use = task((value: { name: string }, ok: boolean) => { if (!ok) throw new Error("use failed"); return value.name })
flow("Good", () => use(opened("good"), true))
flow("Failing use", () => use(opened("half"), false))
flow("Failing setup", () => use(opened("bad"), true))`,
  );
  const good = await run(page, { flow: "Good" });
  expect(good).toMatchObject({ state: "Success", result: "good" });
  const half = await run(page, { flow: "Failing use" });
  expect(half.state).toBe("Failed");
  expect(statesOf(half)).toMatchObject({
    use: "Failed",
    "clean up opened": "Success",
  });
  const bad = await run(page, { flow: "Failing setup" });
  expect(statesOf(bad)).toEqual({
    opened: "Failed",
    use: "TriggerFailed",
    "clean up opened": "Skipped",
  });
  expect(await query(page, "SELECT name FROM closed ORDER BY name")).toEqual([
    { name: "good" },
    { name: "half" },
  ]);
});

test.describe("Cancel", () => {
  const spin = `
const spin = task((n: number) => { while (n >= 0) {} return n })
const wait = task(async (n: number) => { await new Promise(() => {}); return n })`;

  test("of the run ends all that runs or waits, keeps what is done, and cleans up", async ({
    page,
  }) => {
    await openCode(
      page,
      `${tasks}${spin}
const opened = resource(async () => { await load("open", [{ n: 1 }]); return 1 }, async () => { await load("closed", [{ n: 1 }]) })
flow("All", () => { const o = opened(); spin(o); add(wait(o)); approve(one(), "ok?"); return one() })`,
    );
    await startRun(page);
    await waitFor(page, { spin: "Running", wait: "Running", "ok?": "Paused" });
    await page.evaluate(() => window.flowbook.cancel());
    const report = await endOfRun(page);
    expect(report.state).toBe("Cancelled");
    expect(statesOf(report)).toMatchObject({
      opened: "Success",
      spin: "Cancelled",
      wait: "Cancelled",
      add: "Cancelled",
      "ok?": "Cancelled",
      one: "Success",
      "clean up opened": "Success",
    });
    expect(await query(page, "SELECT n FROM closed")).toEqual([{ n: 1 }]);
  });

  test("of a task is neither a success nor a failure for what follows", async ({
    page,
  }) => {
    await openCode(
      page,
      `${tasks}${spin}
const next = task((n: unknown) => n, {})
flow("Task", () => {
  const s = spin(1)
  next.with({ name: "all" })(s)
  next.with({ name: "failed", trigger: triggers.anyFailed })(s)
  tell(s)
  return one()
}, { referenceTasks: ["one", "tell"] })
flow("Reference", () => { spin(1); one() })`,
    );
    await startRun(page, { flow: "Task" });
    await waitFor(page, { spin: "Running" });
    await page.evaluate(() => window.flowbook.cancel("spin"));
    const report = await endOfRun(page);
    expect(report.state).toBe("Success");
    expect(statesOf(report)).toEqual({
      spin: "Cancelled",
      all: "TriggerFailed",
      failed: "TriggerFailed",
      tell: "Success",
      one: "Success",
    });
    expect(taskOf(report, "tell").result).toEqual([null]);
    expect(taskOf(report, "all").message).toBe(
      "Not started: spin was cancelled.",
    );

    await startRun(page, { flow: "Reference" });
    await waitFor(page, { spin: "Running", one: "Success" });
    await page.evaluate(() => window.flowbook.cancel("spin"));
    expect((await endOfRun(page)).state).toBe("Cancelled");
  });

  test("of a sub-flow ends what is in it, and the rest goes on", async ({
    page,
  }) => {
    await openCode(
      page,
      `${tasks}${spin}
const sub = flow("Sub", () => { const inner = spin(1); return add(inner, one()) })
flow("Around", () => { tell(sub()); return add.with({ name: "beside" })(one(), 1) })`,
    );
    await startRun(page, { flow: "Around" });
    await waitFor(page, { spin: "Running", beside: "Success" });
    await page.evaluate(() => window.flowbook.cancel("Sub"));
    const report = await endOfRun(page);
    expect(statesOf(report)).toMatchObject({
      Sub: "Cancelled",
      spin: "Cancelled",
      add: "Cancelled",
      beside: "Success",
      tell: "Success",
    });
  });

  test("comes by itself when a flow takes longer than its timeout", async ({
    page,
  }) => {
    await openCode(
      page,
      `${tasks}${spin}\nflow("Slow", () => { one(); return spin(1) }, { timeout: "4s" })`,
    );
    const report = await run(page);
    expect(report.state).toBe("Cancelled");
    expect(statesOf(report)).toEqual({ one: "Success", spin: "Cancelled" });
  });
});

test.describe("a part of a flow", () => {
  const code = `${tasks}${note}
const first = task(async () => { await note("first"); return 1 })
const side = task(async (n: number) => { await note("side"); return n })
const second = task(async (n: number, fails: boolean) => { if (fails) throw new Error("second fails"); await note("second"); return n + 1 })
const third = task(async (n: number) => { await note("third"); return n * 10 })
flow("Steps", () => { const n = first(); side(n); return third(second(n, param("fails", false))) })`;

  const planOf = (page: Page, options: object) =>
    page.evaluate(async (given) => {
      const items = await window.flowbook.plan(given);
      return items.map(({ name, action, why }) => `${name}: ${action}, ${why}`);
    }, options);

  test("runs from here or to here, as the plan says", async ({ page }) => {
    await openCode(page, code);
    expect(await planOf(page, {})).toEqual([
      "first: run, a new run runs every task",
      "side: run, a new run runs every task",
      "second: run, a new run runs every task",
      "third: run, a new run runs every task",
    ]);
    await run(page);

    expect(await planOf(page, { from: "second" })).toEqual([
      "first: reuse, it succeeded in the last run, and nothing has changed",
      "second: run, run from here",
      "third: run, downstream of second",
    ]);
    const from = await run(page, { from: "second" });
    expect(from).toMatchObject({ state: "Success", result: 20 });
    expect(statesOf(from)).toMatchObject({
      first: "Cached",
      second: "Success",
      third: "Success",
    });
    expect(await callsOf(page)).toEqual({
      first: 1,
      side: 1,
      second: 2,
      third: 2,
    });

    expect(await planOf(page, { to: "side" })).toEqual([
      "first: run, side needs it",
      "side: run, run to here",
    ]);
    await run(page, { to: "side" });
    expect(await callsOf(page)).toEqual({
      first: 2,
      side: 2,
      second: 2,
      third: 2,
    });
    const unknown = await page.evaluate(() =>
      window.flowbook
        .plan({ from: "nowhere" })
        .catch((error: Error & { code: string }) => [
          error.code,
          error.message,
        ]),
    );
    expect(unknown).toEqual([
      "unknown-task",
      expect.stringContaining("first, side, second and third"),
    ]);
  });

  test("behind a branch reuses the branch, with what it skipped", async ({
    page,
  }) => {
    await openCode(
      page,
      `${tasks}
const yes = task(() => true)
const next = task((n: number) => n + 1)
flow("Behind", () => next.with({ name: "last" })(next(when(yes(), () => one(), () => nothing()))))`,
    );
    await run(page);
    const plan = await planOf(page, { from: "last" });
    expect(plan.filter((item) => !item.includes(": reuse"))).toEqual([
      "last: run, run from here",
    ]);
    expect(plan).toContain(
      "nothing: reuse, it was skipped in the last run, and nothing has changed",
    );
    const report = await run(page, { from: "last" });
    expect(report).toMatchObject({ state: "Success", result: 3 });
    expect(statesOf(report)).toMatchObject({
      next: "Cached",
      nothing: "Skipped",
    });
  });

  test("is all that Resume runs; a result given by hand goes on as if it were the task's own", async ({
    page,
  }) => {
    await openCode(page, code);
    const failed = await run(page, { parameters: { fails: true } });
    expect(failed.state).toBe("Failed");
    const resumed = await resume(page, { parameters: { fails: false } });
    expect(resumed).toMatchObject({
      id: failed.id,
      state: "Success",
      result: 20,
    });
    expect(taskOf(resumed, "second").attempts).toBe(2);
    expect(await callsOf(page)).toEqual({
      first: 1,
      side: 1,
      second: 1,
      third: 1,
    });

    await run(page, { parameters: { fails: true } });
    await page.evaluate(() => window.flowbook.markSuccess("second", 5));
    const marked = await resume(page);
    expect(marked).toMatchObject({ state: "Success", result: 50 });
    expect(taskOf(marked, "second").message).toBe(
      "Marked as a success by hand.",
    );
  });
});

test("the history is SQL: runs, tasks, attempts and logs", async ({ page }) => {
  await openCode(
    page,
    `${tasks}
const says = task((n: number) => { log("said", n); console.warn("careful"); if (n === 2) throw new Error("two"); return n }, { retries: 1 })
flow("Told", () => says.map(param("list", [1, 2])))`,
  );
  const report = await run(page);
  const rows = async (sql: string) =>
    (await query(page, sql)).map((row) => Object.values(row));
  expect(
    await rows("SELECT id, flow, state, parameters FROM history.runs"),
  ).toEqual([[report.id, "Told", "Failed", '{"list":[1,2]}']]);
  expect(
    await rows(
      "SELECT name, map_index, state, attempts FROM history.tasks ORDER BY map_index",
    ),
  ).toEqual([
    ["says", null, "Mapped", 0],
    ["says[0]", 0, "Success", 1],
    ["says[1]", 1, "Failed", 2],
  ]);
  expect(
    await rows(
      "SELECT map_index, attempt, state FROM history.attempts ORDER BY map_index, attempt",
    ),
  ).toEqual([
    [0, 1, "Success"],
    [1, 1, "Failed"],
    [1, 2, "Failed"],
  ]);
  const logs =
    "SELECT map_index, attempt, level, text FROM history.logs WHERE level <> 'debug' ORDER BY map_index, attempt, at, rowid";
  await expect
    .poll(async () => (await rows(logs)).filter(([, , , text]) => text !== ""))
    .toEqual(
      expect.arrayContaining([
        [0, 1, expect.any(String), "said 1"],
        [1, 2, expect.stringMatching(/warn/), "careful"],
      ]),
    );
});

test("a reload in the middle of a map keeps the elements that are done, and Resume runs the others", async ({
  page,
}) => {
  await openCode(
    page,
    `
const step = task(async (n: number) => {
  const isLast = n > 2 && context.attempt === 1
  while (isLast && (await db.query("SELECT 1 FROM sqlite_schema WHERE name = 'steps'")).length === 0) {}
  while (isLast && (await db.query("SELECT n FROM steps")).length < 2) {}
  await load("steps", [{ n }])
  if (isLast) await new Promise(() => {})
  return n
})
const total = task((numbers: number[]) => numbers.length)
flow("Map", () => total(step.map([1, 2, 3, 4])))`,
  );
  await startRun(page);
  await expect
    .poll(async () => {
      const [newest] = await page.evaluate(() => window.flowbook.runs());
      return newest ? elementsOf(newest, "step") : [];
    })
    .toEqual(["Success", "Success", "Running", "Running"]);
  await page.reload();
  await page.waitForFunction(() => "flowbook" in window);
  const found = await newestRun(page);
  expect(found.state).toBe("Crashed");
  expect(elementsOf(found, "step").slice(0, 2)).toEqual(["Success", "Success"]);
  expect(await query(page, "SELECT n FROM steps ORDER BY n")).toEqual([
    { n: 1 },
    { n: 2 },
  ]);
  const resumed = await resume(page);
  expect(resumed).toMatchObject({ state: "Success", result: 4 });
  expect(
    taskOf(resumed, "step").children!.map(({ attempts }) => attempts),
  ).toEqual([1, 1, 2, 2]);
  expect(await query(page, "SELECT n FROM steps ORDER BY n")).toEqual([
    { n: 1 },
    { n: 2 },
    { n: 3 },
    { n: 4 },
  ]);
});
