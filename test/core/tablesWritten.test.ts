import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { taskKeys } from "../../src/core/keys.ts";
import { planResume, planRun } from "../../src/core/plan.ts";
import type { RunState } from "../../src/core/run.ts";
import {
  recordTables,
  tablesNow,
  type TableRecords,
  type TablesWritten,
} from "../../src/core/tablesWritten.ts";
import { storedByName, whyOutdated } from "../../src/core/outdated.ts";
import { makeGraph } from "./makeGraph.ts";
import { simulate, startOf } from "./simulate.ts";

const graph = makeGraph({
  list: [],
  write: ["list"],
  each: { map: ["list"] },
  after: ["write"],
});
const keys = taskKeys(graph, {}, {});

/** A run in which tasks wrote these tables. */
function runWith(written: Readonly<Record<string, TablesWritten>>): RunState {
  const { state } = simulate(startOf(graph, { keys }), {
    functions: { list: () => [1, 2] },
  });
  const tasks = new Map(state.tasks);
  for (const [id, tables] of Object.entries(written))
    tasks.set(id, { ...tasks.get(id)!, tables });
  return { ...state, tasks };
}

const whys = (
  last: RunState,
  tables: Parameters<typeof storedByName>[0]["tables"],
) =>
  Object.fromEntries(
    planResume(graph, keys, last, { tables })
      .items.filter(({ action }) => action === "run")
      .map(({ id, why }) => [id, why]),
  );

describe("a table that went besides the tasks", () => {
  test("makes what wrote it run again on Resume, and what needs that; nothing else", () => {
    const last = runWith({ write: { flights: "" } });
    expect(whys(last, [])).toEqual({});
    expect(whys(last, [{ name: "others" }])).toEqual({});
    expect(whys(last, [{ name: "FLIGHTS" }])).toEqual({
      write: "runs: the table flights, which it wrote, is gone",
      after: "runs: write runs again",
    });
  });

  test("makes all elements run again of a map that was taken from another run", () => {
    const last = runWith({ each: { t: "" } });
    expect(whys(last, [{ name: "t" }])).toEqual({
      each: "runs: the table t, which it wrote, is gone",
    });
  });

  test("and was made anew by some of what wrote it makes the others run again", () => {
    const last = runWith({ write: { t: "" }, each: { t: "r each" } });
    expect(whys(last, [{ name: "t", made: "r each" }])).toEqual({
      write: "runs: its rows went with the table t, which was made anew since",
      after: "runs: write runs again",
    });
  });

  test("is no reason to write rows of other tables once more, which is told", () => {
    const last = runWith({ write: { t: "", u: "" } });
    expect(whys(last, [{ name: "t" }])).toEqual({});
    const [, kept] = planResume(graph, keys, last, {
      tables: [{ name: "t" }],
    }).items;
    expect(kept).toMatchObject({
      id: "write",
      why: "kept: succeeded in this run; its table t is gone, but others hold its rows; run from here writes all of them again",
    });
    expect(whys(last, [{ name: "t" }, { name: "u", made: "r" }])).toEqual({
      write: "runs: the table t, which it wrote, is gone",
      after: "runs: write runs again",
    });
  });

  test("is no reason for what was marked as a success by hand", () => {
    const last = runWith({ write: { t: "" } });
    const task = { ...last.tasks.get("write")!, isMarked: true };
    const tasks = new Map(last.tasks).set("write", task);
    expect(whys({ ...last, tasks }, [{ name: "t" }])).toEqual({});
  });

  test("is told where only a part of the flow is to run", () => {
    const last = runWith({ write: { t: "" } });
    const { items, reused } = planRun(graph, keys, last, {
      from: "after",
      stored: { tables: [{ name: "t" }] },
    });
    expect(items).toContainEqual(
      expect.objectContaining({
        id: "write",
        action: "run",
        why: "the table t, which it wrote, is gone",
      }),
    );
    expect(reused.map(({ node }) => node)).toEqual(["list"]);
  });

  test("is known of results that are taken by another run", () => {
    const last = runWith({ write: { t: "" } });
    const { reused } = planRun(graph, keys, last, { from: "after" });
    const excluded = ["each", "after"];
    const next = simulate(startOf(graph, { keys, reused, excluded }), {});
    expect(next.state.tasks.get("write")!.tables).toEqual({ t: "" });
  });
});

test("a view holds rows of nothing beside a table", () => {
  const touched = (name: string, isView: boolean) => ({
    ...{ name, isView, wasThere: false, isThere: true },
  });
  const tablesOf = (...all: ReturnType<typeof touched>[]) =>
    recordTables({}, all, { run: "r" }, "r n").tables;
  expect(tablesOf(touched("v", true), touched("t", false))).toEqual({ t: "" });
  expect(tablesOf(touched("v", true))).toEqual({ v: "" });
});

/** What tasks and a person do to one table; a person's doing is not recorded. */
interface Step {
  by: "task" | "person";
  does: "write" | "drop";
}

test("rows count as gone exactly if a person dropped their table after they were written", () => {
  const step = fc.record({
    by: fc.constantFrom("task", "task", "task", "person"),
    does: fc.constantFrom("write", "write", "drop"),
  }) as fc.Arbitrary<Step>;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let records: TableRecords = {};
      let isThere = false;
      let rows: { tables: TablesWritten; isLost: boolean }[] = [];
      steps.forEach(({ by, does }, at) => {
        const wasThere = isThere;
        if (by === "person") {
          // What a person makes is another table; nothing tells it from the one before.
          if (does === "write" || !wasThere) return;
          isThere = false;
          rows = rows.map((some) => ({ ...some, isLost: true }));
          return;
        }
        if (does === "drop" && !wasThere) return;
        isThere = does === "write";
        const name = at % 2 === 0 ? "t" : "T";
        const done = recordTables(
          records,
          [{ name, isView: false, wasThere, isThere }],
          { run: "r", node: "n", at },
          `r n ${at}`,
        );
        records = { ...records, ...done.records };
        if (isThere) rows.push({ tables: done.tables!, isLost: false });
        else expect(done.tables).toBeUndefined();
      });
      const stored = storedByName({
        tables: tablesNow(records, isThere ? ["t"] : []),
      });
      expect(
        rows.map(({ tables }) => whyOutdated({ tables }, stored) !== undefined),
      ).toEqual(rows.map(({ isLost }) => isLost));
      expect(Object.keys(records).length).toBeLessThanOrEqual(1);
    }),
  );
});
