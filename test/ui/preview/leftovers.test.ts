import { afterEach, expect, test, vi } from "vitest";
import { forgetfulLibrary } from "../../../src/storage/forgetfulLibrary.ts";
import type { Library } from "../../../src/storage/library.ts";
import { lockName } from "../../../src/ui/notebookLock.ts";
import { Leftovers } from "../../../src/ui/preview/leftovers.ts";
import {
  findPreview,
  noteKept,
  type PreviewRecord,
  type Source,
} from "../../../src/ui/preview/previews.ts";

const day = 86_400_000;
const now = 100 * day;

afterEach(() => void vi.unstubAllGlobals());

interface Situation {
  /** Notebooks of the reader's own. */
  kept?: string[];
  /** Those that are open in some tab. */
  open?: string[];
}

/** A browser with records of previews. */
async function browserWith(
  records: Readonly<Record<string, PreviewRecord>>,
  { kept = [], open = [] }: Situation = {},
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
  const leftovers = new Leftovers({
    library,
    database: {
      remove: async (id) => {
        removed.push(id);
      },
    },
  });
  return { removed, library, leftovers, locked };
}

async function sweep(
  records: Readonly<Record<string, PreviewRecord>>,
  situation?: Situation,
) {
  const browser = await browserWith(records, situation);
  await browser.leftovers.sweep(now);
  const settings = await browser.library.settingNames();
  return { ...browser, settings: settings.sort() };
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

test("the data of a deleted notebook go when the page was closed before they could", async () => {
  const deleted = async (situation: Situation, locks: string[] = []) => {
    const browser = await browserWith({}, situation);
    await browser.library.writeSetting("deleted:a", true);
    browser.locked.push(...locks);
    await browser.leftovers.sweep(now);
    const settings = await browser.library.settingNames();
    return { removed: browser.removed, settings };
  };
  const isMarked = { settings: ["deleted:a"], removed: [] };
  expect(await deleted({})).toEqual({ settings: [], removed: ["a"] });
  // It is there again, or open, or another tab still offers the way back.
  expect(await deleted({ kept: ["a"] })).toEqual({ settings: [], removed: [] });
  expect(await deleted({ open: ["a"] })).toEqual(isMarked);
  expect(await deleted({}, ["flowbook:deleted:a"])).toEqual(isMarked);
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

const link = (number: number, address = `#f1.${number}`) => ({
  title: `Notebook ${number}`,
  address,
});

test("the ten links that were opened last outlive what their notebooks loaded", async () => {
  const records = Array.from({ length: 12 }, (_, number) => [
    `preview:${number}`,
    { id: `n${number}`, openedAt: number, link: link(number) },
  ]);
  const { removed, settings, leftovers } = await sweep(
    Object.fromEntries(records) as Record<string, PreviewRecord>,
  );
  expect(removed).toHaveLength(12);
  expect(settings).toHaveLength(10);
  const links = await leftovers.recentLinks();
  expect(links.map(({ title }) => title)).toEqual(
    [11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((number) => `Notebook ${number}`),
  );
});

test("an address whose notebook has changed is one link, opened when it was opened last", async () => {
  const address = "?from=https://notes.example/etl.flow.md";
  const { leftovers } = await browserWith({
    "preview:old": { id: "a", openedAt: 1, link: link(1, address) },
    "preview:new": { id: "b", openedAt: 2, link: link(2, address) },
  });
  expect(await leftovers.recentLinks()).toEqual([
    { title: "Notebook 2", address, openedAt: 2, host: "notes.example" },
  ]);
});

test("a link that was forgotten comes back when that is undone", async () => {
  const { leftovers, removed } = await browserWith({
    "preview:a": { id: "a", openedAt: 1, link: link(1) },
  });
  const forgotten = await leftovers.forgetLink("#f1.1");
  expect(await leftovers.recentLinks()).toEqual([]);
  await forgotten.putBack();
  expect(await leftovers.recentLinks()).toMatchObject([link(1)]);
  expect(removed).toEqual([]);
});

test("forgetting a link for good deletes what its notebook loaded and was allowed", async () => {
  const { leftovers, removed, library } = await browserWith({
    "preview:a": { id: "a", openedAt: 1, link: link(1) },
    "preview:b": { id: "b", openedAt: 2, link: link(2) },
  });
  await (await leftovers.forgetLink("#f1.1")).end();
  expect(removed).toEqual(["a"]);
  expect((await library.settingNames()).sort()).toEqual([
    "hosts:b",
    "preview:b",
  ]);
});

test("a link that was opened again after it was forgotten loses nothing", async () => {
  const { leftovers, removed, library } = await browserWith({
    "preview:a": { id: "a", openedAt: 1, link: link(1) },
  });
  const forgotten = await leftovers.forgetLink("#f1.1");
  await library.writeSetting("preview:a", {
    id: "a",
    openedAt: 3,
    link: link(1),
  });
  await forgotten.end();
  expect(removed).toEqual([]);
  expect(await leftovers.recentLinks()).toHaveLength(1);
});

/** Opens a text in a preview. */
function open(
  library: Library,
  source: Source,
  { text = "---\nflowbook: 1\ntitle: Visits\n---\n", fragment = "#f1.x" } = {},
) {
  const query = new URLSearchParams({ airport: "JFK" });
  return findPreview(library, text, source, {
    fragment,
    query,
    isEmbedded: false,
  });
}

test("a link is remembered with its title and its parameters until it is kept", async () => {
  const { leftovers, library } = await browserWith({});
  const preview = await open(library, { type: "link" });
  expect(await leftovers.recentLinks()).toMatchObject([
    { title: "Visits", address: "?airport=JFK#f1.x", host: undefined },
  ]);
  await noteKept(library, preview);
  expect(await leftovers.recentLinks()).toEqual([]);
});

test("files, pasted texts and links of more than 64 kB are not remembered", async () => {
  const { leftovers, library } = await browserWith({});
  await open(library, { type: "file", name: "a.flow.md" });
  await open(library, { type: "paste" }, { text: "# Pasted" });
  const fragment = `#f1.${"x".repeat(65_536)}`;
  await open(library, { type: "link" }, { text: "# Long", fragment });
  expect(await leftovers.recentLinks()).toEqual([]);
});
