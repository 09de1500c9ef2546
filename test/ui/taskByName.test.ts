import "./runes.ts";
import { expect, test } from "vitest";
import type { RunDesk } from "../../src/ui/runDesk.svelte.ts";
import { markByName } from "../../src/ui/taskByName.ts";
import { runTasks } from "./runs.ts";

const over = runTasks(
  { list: [], m: { map: ["list"] }, none: { map: ["empty"] }, empty: [] },
  { functions: { list: () => [1, 2, 3], empty: () => [] } },
);

test.each([
  ["m", 7, "The map m has no element 7. It has elements 0 to 2."],
  ["none", 0, "The map none has no element 0. It has none."],
  ["list", 0, "list is no map, so it has no element 0. Leave out the index."],
  ["n", undefined, "The run has no task n. It has list, m, none, empty."],
])(
  "what there is is said where %s[%s] is to be a success, and is not there",
  async (task, index, message) => {
    const desk = { running: true, runs: [], shown: () => over };
    await expect(
      markByName(desk as unknown as RunDesk, task, 99, index),
    ).rejects.toThrow(message);
  },
);
