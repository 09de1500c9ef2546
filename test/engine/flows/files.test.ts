import { describe, expect, test } from "vitest";
import { openFlows } from "./world.ts";

const people = `
const read = task((name: string) => readText(name))
const count = task((text: string) => text.length)
const other = task(() => "other")
flow("People", () => { other(); return count(read("people.csv")) })`;

async function ran(source = people) {
  const world = await openFlows(source);
  world.files.set("people.csv", "one");
  world.files.set("places.csv", "here");
  expect((await world.run()).state).toBe("Success");
  return world;
}

describe("a file that a task has read", () => {
  test("keeps the task's result as long as it is the same", async () => {
    const world = await ran();
    const written = world.written();
    expect((await world.resume()).state).toBe("Success");
    expect(world.written()).toBe(written);
  });

  test("has the task and what needs it run again when it is replaced, and nothing else", async () => {
    const world = await ran();
    world.files.set("people.csv", "three");
    expect(world.resumePlan()).toEqual({
      "read-1": "run: runs: people.csv is another file now",
      "count-1": "run: runs: read runs again",
      "other-1": "reuse: kept: succeeded in this run",
    });
    expect((await world.resume()).result).toBe(5);
    // What it was made of now is what counts.
    expect(world.resumePlan()).toMatchObject({
      "read-1": "reuse: kept: succeeded in this run",
    });
  });

  test("changes nothing for who has not read it", async () => {
    const world = await ran();
    world.files.set("places.csv", "there");
    expect(world.resumePlan()).toMatchObject({
      "read-1": "reuse: kept: succeeded in this run",
    });
  });

  test("leaves results as they are when it is gone, for nothing could be made of it again", async () => {
    const world = await ran();
    world.files.delete("people.csv");
    expect(world.resumePlan()).toMatchObject({
      "read-1": "reuse: kept: succeeded in this run",
    });
  });

  test("does not overtake what was given by hand", async () => {
    const world = await ran();
    await world.mark("read-1", "by hand");
    world.files.set("people.csv", "three");
    expect(world.resumePlan()).toMatchObject({
      "read-1": "reuse: kept: marked as a success by hand",
    });
  });

  test("counts only if the attempt that succeeded has read it", async () => {
    const world = await openFlows(`
const read = task(async () => {
  if (context.attempt === 1) { await readText("people.csv"); throw new Error("once more") }
  return "without"
}, { retries: 1, retryDelay: 0 })
flow("Once", () => read())`);
    world.files.set("people.csv", "one");
    expect((await world.run()).state).toBe("Success");
    world.files.set("people.csv", "three");
    expect(world.resumePlan()).toEqual({
      "read-1": "reuse: kept: succeeded in this run",
    });
  });
});

test("a task that went on without a file runs again when it is there", async () => {
  const world = await openFlows(`
const read = task(async () => {
  try { return await readText("extra.csv") } catch { return "without" }
}, { cacheFor: "1h" })
flow("Without", () => read())`);
  expect((await world.run()).result).toBe("without");
  expect(world.resumePlan()).toEqual({
    "read-1": "reuse: kept: succeeded in this run",
  });
  expect((await world.run()).tasks[0]!.state).toBe("Cached");
  world.files.set("extra.csv", "with it");
  expect(world.resumePlan()).toEqual({
    "read-1": "run: runs: extra.csv was missing and is there now",
  });
  expect((await world.run()).result).toBe("with it");
});

test("what a loop has read before it failed is part of what it goes on with", async () => {
  const world = await openFlows(`
const read = task(async () => {
  if (context.loopCount === 1) loop(await readText("people.csv"))
  if (context.attempt === 1) throw new Error("once more")
  return context.loopResult
}, { retries: 1, retryDelay: 0 })
flow("Loop", () => read())`);
  world.files.set("people.csv", "one");
  expect((await world.run()).result).toBe("one");
  world.files.set("people.csv", "three");
  expect(world.resumePlan()).toEqual({
    "read-1": "run: runs: people.csv is another file now",
  });
});

describe("files that the elements of a map have read", () => {
  const each = `
const read = task((name: string) => readText(name))
flow("Each", () => read.map(["people.csv", "places.csv"]))`;

  test("have only those run again whose file was replaced", async () => {
    const world = await ran(each);
    const written = world.written();
    world.files.set("places.csv", "there");
    expect(world.resumePlan()).toEqual({
      "read-1": "run: runs: 1 of 2 elements run, 1 is kept",
    });
    expect((await world.resume()).result).toEqual(["one", "there"]);
    expect(world.written()).toBe(written + 1);
  });

  test("are named when all of them run again", async () => {
    const world = await ran(`
const read = task((_: number) => readText("people.csv"))
flow("Each", () => read.map([1, 2]))`);
    world.files.set("people.csv", "three");
    expect(world.resumePlan()).toEqual({
      "read-1": "run: runs: people.csv is another file now",
    });
  });
});

describe("a result that a part of the flow takes from the run before", () => {
  const chain = `
const read = task(() => readText("people.csv"))
const length = task((text: string) => text.length)
const double = task((n: number) => n * 2)
flow("Chain", () => double(length(read())))`;

  test("is computed anew when its file was replaced", async () => {
    const world = await ran(chain);
    world.files.set("people.csv", "three");
    expect((await world.run({ from: "double" })).result).toBe(10);
  });

  test("still knows of what it was made", async () => {
    const world = await ran(chain);
    await world.run({ from: "double" });
    world.files.set("people.csv", "three");
    expect(world.resumePlan()).toMatchObject({
      "read-1": "run: runs: people.csv is another file now",
    });
  });

  test("still knows it of the elements of a map", async () => {
    const world = await ran(`
const read = task((name: string) => readText(name))
const all = task((texts: string[]) => texts.join())
flow("Each", () => all(read.map(["people.csv", "places.csv"])))`);
    await world.run({ from: "all" });
    world.files.set("places.csv", "there");
    expect(world.resumePlan()).toMatchObject({
      "read-1": "run: runs: places.csv is another file now",
    });
  });
});

describe("a cached result", () => {
  const cached = `
const read = task((name: string) => readText(name), { cacheFor: "1h" })
flow("Cached", () => read("people.csv"))`;

  test("is not used when the file that it was made of was replaced, and that is said", async () => {
    const world = await ran(cached);
    world.files.set("people.csv", "three");
    expect(world.plan()).toMatchObject([
      { action: "run", why: "people.csv is another file now" },
    ]);
    expect((await world.run()).result).toBe("three");
    expect(world.logs.at(-1)).toBe(
      "read-1 info Computed anew: people.csv is another file now.",
    );
  });

  test("is used as long as the file is the same, and knows then of what it was made", async () => {
    const world = await ran(cached);
    const written = world.written();
    await world.run();
    expect(world.written()).toBe(written);
    expect(world.state().tasks.get("read-1")?.state).toBe("Cached");
    world.files.set("people.csv", "three");
    expect(world.resumePlan()).toEqual({
      "read-1": "run: runs: people.csv is another file now",
    });
  });
});

test("Resume says what runs again where all elements are kept and only a list over nothing is measured anew", async () => {
  const flows = await openFlows(`
    const list = task(async (n: number) => { const text = await readText("f" + n + ".txt"); return text === "" ? [] : [text] })
    const get = task((text: string) => { log("get", text); return text })
    const inner = flow("Inner", ({ n }) => { get.map(list(n)) }, { parameters: { n: 1 } })
    flow("F", () => inner.map([{ n: 1 }, { n: 2 }]))`);
  flows.files.set("f1.txt", "one");
  flows.files.set("f2.txt", "");
  await flows.run({ flow: "F" });
  flows.files.set("f2.txt", "two");
  expect(flows.resumePlan("F")["Inner-1/get-1"]).toBe(
    "run: runs: list runs again",
  );
  flows.logs.length = 0;
  await flows.resume();
  expect(flows.logs).toEqual(["Inner-1/get-1 info get two"]);
});
