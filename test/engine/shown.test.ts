import { describe, expect, test, vi } from "vitest";
import { viewOf } from "../../src/engine/askJobs.ts";
import type { Job } from "../../src/engine/jobs.ts";
import type { Output } from "../../src/engine/protocol.ts";
import { tellUpdates } from "../../src/engine/runUpdates.ts";
import type { EngineUpdate } from "../../src/engine/services.ts";
import { Updates } from "../../src/engine/updates.ts";

type Listener = ReturnType<typeof tellUpdates>;
type Display = EngineUpdate["displays"][number];

/** All that the page is told while something happens in a run. */
function told(happen: (listener: Listener) => void): {
  logs: string[];
  displays: Display[];
} {
  const sent: EngineUpdate[] = [];
  vi.useFakeTimers();
  const updates = new Updates("r", 0, (update) => sent.push(update));
  happen(tellUpdates("r", updates));
  updates.flush();
  vi.useRealTimers();
  return {
    logs: sent.flatMap(({ logs }) => logs.map(({ text }) => text)),
    displays: sent.flatMap(({ displays }) => displays),
  };
}

const attempt = { run: "r", node: "n", attempt: 1 };
/** Shared by all, so that the test itself takes little memory. */
const bytes = new Uint8Array(60_000_000);
const file = (name: string): Output => ({ type: "file", name, bytes });
const text = (of: Output): string =>
  of.type === "file" ? of.name : of.type === "error" ? of.error.message : "";

test("the log of a run ends at 100 MB with a line that says so", () => {
  const line = "x".repeat(20_000);
  const { logs } = told(({ log }) => {
    for (let n = 0; n < 4_000; n++)
      log({ ...attempt, element: String(n) }, "info", line, n);
  });
  expect(logs.length).toBeGreaterThan(2_400);
  expect(logs.length).toBeLessThan(2_501);
  expect(logs.at(-2)).toBe(line);
  expect(logs.at(-1)).toContain("The log of one run ends at 100 MB");
});

test("the log of one attempt ends at 10 MB, and the next one logs again", () => {
  const line = "x".repeat(20_000);
  const { logs } = told(({ log }) => {
    for (let n = 0; n < 1_000; n++) log({ ...attempt }, "info", line, n);
    log({ ...attempt, attempt: 2 }, "info", "again", 0);
  });
  expect(logs.length).toBeLessThan(252);
  expect(logs.at(-3)).toBe(line);
  expect(logs.at(-2)).toContain("The log of one task ends at 10 MB");
  expect(logs.at(-1)).toBe("again");
});

test("what is shown beyond 200 MB of a run is said at its place, and what was shown before stays", () => {
  const { displays } = told(({ display }) => {
    for (const name of ["a", "b", "c", "d", "e"])
      display(attempt, undefined, file(name));
    display({ ...attempt, node: "other" }, "key", file("f"));
    display({ ...attempt, node: "other" }, undefined, {
      type: "text",
      text: "small",
    });
  });
  const missing = expect.stringContaining("takes at most 200 MB");
  expect(displays.map(({ node, output }) => [node, text(output)])).toEqual([
    ["n", "a"],
    ["n", "b"],
    ["n", "c"],
    ["n", missing],
    ["other", missing],
    ["other", ""],
  ]);
  expect(displays[4]!.key).toBe("key");
});

test("an output that stands in the place of an earlier one takes the room of one", () => {
  const { displays } = told(({ display }) => {
    for (let n = 0; n < 100; n++) display(attempt, "chart", file(String(n)));
    display(attempt, undefined, file("more"));
  });
  expect(displays.map(({ output }) => text(output))).toEqual(["99", "more"]);
});

test("outputs that the page keeps no more make room for others", () => {
  const { displays } = told(({ display }) => {
    for (let n = 0; n < 3; n++) display(attempt, undefined, file(String(n)));
    for (let n = 0; n < 1_000; n++)
      display(attempt, undefined, { type: "text", text: String(n) });
    display(attempt, undefined, file("last"));
  });
  expect(text(displays.at(-1)!.output)).toBe("last");
});

/** A cell that is viewed, as a worker that works on it tells of it. */
function view(): { job: Job; shown: Promise<readonly Output[]> } {
  let job!: Job;
  const given = { flows: {}, parameters: {} };
  const limit = { after: 1, message: "late" };
  const shown = viewOf(attempt, "c", given, limit, (made) => (job = made));
  return { job, shown };
}

test("a cell shows 200 MB at most, and says at the place of the rest that it is missing", async () => {
  const { job, shown } = view();
  const outputs = ["a", "b", "c", "d"].map(file);
  job.receive({ type: "viewed", job: 1, outputs });
  expect((await shown).map(text)).toEqual([
    "a",
    "b",
    "c",
    expect.stringContaining("takes at most 200 MB"),
  ]);
});

test("of a cell that does not end, the first outputs are kept, and each key once", async () => {
  const { job, shown } = view();
  const display = (key: string | undefined, name: string) =>
    job.receive({ type: "display", job: 1, key, output: file(name) });
  display("chart", "first");
  display("chart", "second");
  for (let n = 0; n < 1_000; n++)
    job.receive({
      type: "display",
      job: 1,
      key: undefined,
      output: { type: "text", text: String(n) },
    });
  display("chart", "third");
  job.lost("It was stopped.");
  const all = await shown;
  expect(all).toHaveLength(101);
  expect(text(all[0]!)).toBe("third");
  expect(text(all.at(-1)!)).toBe("It was stopped.");
});

describe("what a cell logs", () => {
  const log = (job: Job, line: string) =>
    job.receive({ type: "log", job: 1, level: "info", text: line, at: 0 });
  const display = (job: Job, shown: string) =>
    job.receive({
      type: "display",
      job: 1,
      key: undefined,
      output: { type: "text", text: shown },
    });
  const logged = (shown: string) => ({
    type: "text",
    text: shown,
    isLog: true,
  });

  test("is shown as text, where it stands among what the cell displays", async () => {
    const { job, shown } = view();
    log(job, "one");
    log(job, "<b>two</b>");
    display(job, "a");
    display(job, "b");
    log(job, "three");
    const outputs = ["a", "b"].map(
      (of) => ({ type: "text", text: of }) as const,
    );
    job.receive({ type: "viewed", job: 1, outputs });
    expect(await shown).toEqual([
      logged("one\n<b>two</b>"),
      ...outputs,
      logged("three"),
    ]);
  });

  test("before it fails is shown before the error", async () => {
    const { job, shown } = view();
    log(job, "one");
    const error = { name: "Error", message: "x" };
    job.receive({ type: "failed", job: 1, error });
    expect(await shown).toEqual([logged("one"), { type: "error", error }]);
  });

  test("is shown as far as anybody would read it", async () => {
    const { job, shown } = view();
    // Of a million lines so many come here.
    for (let n = 1; n <= 10_001; n += 1) log(job, String(n));
    job.receive({ type: "viewed", job: 1, outputs: [] });
    const [first, last] = await shown;
    expect(first).toMatchObject({ text: expect.stringMatching(/\n1000$/) });
    expect(last).toEqual(logged("… what follows is not shown"));
  });
});
