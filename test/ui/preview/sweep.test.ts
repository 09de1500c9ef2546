import { afterEach, expect, test, vi } from "vitest";
import { forgetfulLibrary } from "../../../src/storage/forgetfulLibrary.ts";
import type { Library } from "../../../src/storage/library.ts";
import { lockName } from "../../../src/ui/notebookLock.ts";
import type { PreviewRecord } from "../../../src/ui/preview/previews.ts";
import { sweepPreviews } from "../../../src/ui/preview/sweepPreviews.ts";

const day = 86_400_000;
const now = 100 * day;

afterEach(() => void vi.unstubAllGlobals());

/** Records of previews, notebooks of the reader's own, and those that are open in some tab. */
async function sweep(
  records: Readonly<Record<string, PreviewRecord>>,
  { kept = [], open = [] }: { kept?: string[]; open?: string[] } = {},
) {
  const removed: string[] = [];
  const library: Library = {
    ...forgetfulLibrary(),
    read: async (id) => (kept.includes(id) ? "text" : undefined),
  };
  for (const [name, record] of Object.entries(records)) {
    await library.writeSetting(name, record);
    if (record.id !== undefined)
      await library.writeSetting(`hosts:${record.id}`, {});
  }
  const locked = open.map(lockName);
  vi.stubGlobal("navigator", {
    locks: {
      request: async (
        name: string,
        _: unknown,
        action: (lock: unknown) => unknown,
      ) => action(locked.includes(name) ? null : { name }),
    },
  });
  await sweepPreviews(
    {
      library,
      database: {
        remove: async (id) => {
          removed.push(id);
        },
      },
    },
    now,
  );
  const settings = await library.settingNames();
  return { removed, settings: settings.sort(), library };
}

test("what a preview left is deleted when it was not opened for a week", async () => {
  const { removed, settings } = await sweep({
    "preview:old": { id: "a", openedAt: now - 7 * day - 1 },
    "preview:new": { id: "b", openedAt: now - 7 * day },
  });
  expect(removed).toEqual(["a"]);
  expect(settings).toEqual(["hosts:b", "preview:new"]);
});

test("a preview that is open in a tab stays, however old it is", async () => {
  const { removed, settings } = await sweep(
    { "preview:old": { id: "a", openedAt: 0 } },
    { open: ["a"] },
  );
  expect(removed).toEqual([]);
  expect(settings).toEqual(["hosts:a", "preview:old"]);
});

test("one that was kept loses nothing", async () => {
  const { removed, settings } = await sweep(
    { "preview:old": { id: "a", openedAt: 0 } },
    { kept: ["a"] },
  );
  expect(removed).toEqual([]);
  expect(settings).toContain("hosts:a");
});

test("that a copy was kept is remembered when the next preview of it goes", async () => {
  const { removed, library } = await sweep({
    "preview:old": { id: "a", openedAt: 5, keptAs: "mine" },
    "preview:kept": { openedAt: 6, keptAs: "other" },
  });
  expect(removed).toEqual(["a"]);
  expect(await library.readSetting("preview:old")).toEqual({
    openedAt: 5,
    keptAs: "mine",
  });
  expect(await library.readSetting("preview:kept")).toEqual({
    openedAt: 6,
    keptAs: "other",
  });
});
