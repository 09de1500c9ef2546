import { describe, expect, test } from "vitest";
import { cell, context, startKernel, traceError } from "./kernelWorld.ts";

/** A kernel with a task `t` whose function is given as text, and others that it may call. */
const kernelOf = (
  fn: string,
  options: Parameters<typeof startKernel>[1] = {},
) =>
  startKernel(
    [
      cell(
        "main",
        `const skips = task(() => skip("inner"))
         const wins = task(() => success(7))
         const t = task(${fn})`,
        { declares: ["skips", "wins", "t"] },
      ),
    ],
    options,
  );
const answerOf = async (fn: string) =>
  (await kernelOf(fn).runJob("t", [])).answer;

describe("a signal ends the task", () => {
  test.each([
    [`() => { throw skip("nothing new") }`, "skipped", "nothing new"],
    [`() => [].length || skip()`, "skipped", undefined],
    [`async () => { await null; skip(5) }`, "skipped", "5"],
    [`() => { throw pause("look at this") }`, "paused", "look at this"],
    [`() => pause()`, "paused", undefined],
  ])("%s", async (fn, type, message) => {
    expect(await answerOf(fn)).toEqual({ type, job: 1, message });
  });

  test("success gives the result, from however deep a call", async () => {
    expect(
      await kernelOf(
        "() => { const deep = () => success({ n: 1 }); deep(); return 2 }",
      ).run("t"),
    ).toEqual({ n: 1 });
    expect(await kernelOf("() => success()").run("t")).toBeUndefined();
  });

  test("success waits for the database, as a return does", async () => {
    let isDone = false;
    const database = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      isDone = true;
      return { changes: 1 };
    };
    const kernel = kernelOf("() => { db.exec('a'); success(1) }", { database });
    expect(await kernel.run("t")).toBe(1);
    expect(isDone).toBe(true);
    const failing = kernelOf("() => { db.exec('a'); success(1) }", {
      database: () => {
        throw { name: "Error", message: "disk full" };
      },
    });
    expect((await failing.runFails("t")).message).toBe("disk full");
  });

  test("fail is an error like any other, with its place", async () => {
    const answer = await answerOf("() => {\n  fail('no such airport')\n}");
    expect(answer).toEqual({
      type: "failed",
      job: 1,
      error: {
        name: "Error",
        message: "no such airport",
        place: { cell: "main", line: 4, column: 3 },
        stack: expect.stringContaining("Error: no such airport\n    at"),
      },
    });
    expect(await answerOf("() => fail()")).toMatchObject({
      error: { message: "The task called fail()." },
    });
  });

  test.each([
    [
      `() => retry("limit", { after: "30s" })`,
      { type: "always", after: 30_000 },
    ],
    [`() => retry("limit")`, { type: "always" }],
  ])("%s tries again, whatever retries says", async (fn, retry) => {
    expect(await answerOf(fn)).toMatchObject({
      type: "failed",
      error: { name: "Error", message: "limit" },
      retry,
    });
  });

  test("a wait that is none is an error of its own", async () => {
    expect(
      (await kernelOf(`() => retry("limit", { after: "soon" })`).runFails("t"))
        .message,
    ).toMatch(/^"soon" is not a duration/);
  });

  test("can be caught and known by its name", async () => {
    const kernel = kernelOf(`async () => {
      try { await skips() } catch (e) { return [e instanceof Error, e.name, e.message] }
    }`);
    expect(await kernel.run("t")).toEqual([true, "FlowSignal", "inner"]);
  });

  test("of a task that is called in a task goes on like any error", async () => {
    expect(await answerOf("async () => { await skips() }")).toMatchObject({
      type: "skipped",
      message: "inner",
    });
    expect(await answerOf("async () => (await wins()) + 1")).toMatchObject({
      type: "returned",
      value: 7,
    });
  });

  test("an error that is returned is data", async () => {
    const value = await kernelOf("() => new RangeError('far')").run("t");
    expect(value).toBeInstanceOf(RangeError);
  });
});

describe("a signal where there is no task to end", () => {
  test("in a flow body is refused", async () => {
    for (const signal of ["skip", "fail", "retry", "pause", "success", "loop"])
      expect((await traceError(`${signal}()`)).message).toMatch(
        new RegExp(`^${signal}\\(\\.\\.\\.\\) cannot be used in a flow body`),
      );
  });

  test("in a cell is an error of the cell", async () => {
    const kernel = startKernel([
      cell("tasks", `const t = task(() => skip("none"))`, { declares: ["t"] }),
      cell("one", "await t()", { inputs: ["t"] }),
      cell("two", "fail('broken')"),
    ]);
    expect(await kernel.viewFails("one")).toMatchObject({
      message:
        'skip("none") ends a task run, and here is none that it could end. Call it in a task that a flow runs, or catch what the task throws.',
      place: { cell: "tasks" },
    });
    expect(await kernel.viewFails("two")).toMatchObject({
      name: "Error",
      message: "broken",
    });
  });
});

describe("loop", () => {
  test("calls the function again with what it was handed", async () => {
    const kernel = kernelOf(`start => {
      const { loopCount, loopResult = start } = context
      return loopCount < 4 ? loop(loopResult + loopCount) : { loopCount, loopResult }
    }`);
    expect(await kernel.run("t", 10)).toEqual({
      loopCount: 4,
      loopResult: 16,
    });
  });

  test("hands over a copy", async () => {
    const kernel = kernelOf(`() => {
      const list = context.loopResult ?? []
      if (context.loopCount === 3) return list
      list.push(context.loopCount)
      try { loop(list) } finally { list.push("late") }
    }`);
    expect(await kernel.run("t")).toEqual([1, 2]);
  });

  test("an iteration that fails says where to go on, unharmed by what it did", async () => {
    const kernel = kernelOf(`() => {
      if (context.loopCount < 3) loop({ n: context.loopCount })
      context.loopResult.n = "spoilt"
      throw new Error("third")
    }`);
    const { answer } = await kernel.runJob("t", []);
    expect(answer).toMatchObject({
      type: "failed",
      error: { message: "third" },
      loop: { count: 3, result: { n: 2 } },
    });
    expect(await answerOf("() => fail('first')")).not.toHaveProperty("loop");
  });

  test("goes on where an earlier attempt was", async () => {
    const kernel = kernelOf("() => [context.loopCount, context.loopResult]");
    const { answer } = await kernel.runJob("t", [], {
      loop: { count: 5, result: "x" },
    });
    expect(answer).toMatchObject({ value: [5, "x"] });
  });

  test("what cannot be copied fails, and the iteration is done again", async () => {
    expect(
      await answerOf(
        "() => context.loopCount === 1 ? loop(1) : loop({ f: () => 1 })",
      ),
    ).toMatchObject({
      type: "failed",
      error: {
        message: expect.stringMatching(
          /^What is handed to loop\(\.\.\.\) cannot be copied: result\.f is a function/,
        ),
      },
      loop: { count: 2, result: 1 },
    });
  });

  test("an error that nobody caught says where the loop was, too", async () => {
    const kernel = kernelOf(
      "() => context.loopCount === 1 ? loop(1) : new Promise(() => {})",
    );
    const job = kernel.runJob("t", []);
    await new Promise((resolve) => setTimeout(resolve, 5));
    kernel.worker.fail(new Error("lost"));
    expect((await job).answer).toMatchObject({
      type: "failed",
      error: { message: "lost" },
      loop: { count: 2, result: 1 },
    });
  });

  test("outside a loop the context says the first iteration", async () => {
    expect(
      await kernelOf("() => [context.loopCount, context.loopResult]").run("t"),
    ).toEqual([1, undefined]);
    expect(context.loopCount).toBe(1);
  });
});
