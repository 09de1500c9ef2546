import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NotebookLock } from "../../src/ui/notebookLock.ts";
import { TabMessages } from "../../src/ui/tabMessages.ts";

/** What another tab holds; a steal takes it. */
let elsewhere: Set<string>;
let stored: Map<string, string>;
let now: number;
let yielding: TabMessages[];

beforeEach(() => {
  elsewhere = new Set();
  stored = new Map();
  now = 1_000;
  yielding = [];
  vi.spyOn(Date, "now").mockImplementation(() => now);
  vi.stubGlobal("sessionStorage", {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
    removeItem: (name: string) => void stored.delete(name),
  });
  vi.stubGlobal("navigator", {
    locks: {
      async request(
        name: string,
        { ifAvailable, steal }: LockOptions,
        hold: (lock: object | null) => unknown,
      ) {
        if (elsewhere.has(name) && !steal)
          return ifAvailable ? hold(null) : new Promise(() => {});
        if (elsewhere.delete(name))
          for (const tab of yielding)
            tab.hear({ type: "yielded", notebook: "a" });
        return hold({});
      },
      query: () =>
        Promise.resolve({ held: [...elsewhere].map((name) => ({ name })) }),
    },
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** The lock of a page that is loaded now. */
function load(): NotebookLock {
  const messages = new TabMessages(undefined);
  yielding.push(messages);
  const none = { lost: () => Promise.resolve(), won() {} };
  return new NotebookLock(messages, none);
}

/** A page has the notebook and goes away; another tab was next in line. */
async function reload(held: string): Promise<NotebookLock> {
  const before = load();
  expect(await before.acquire(held)).toBe(true);
  before.noteHeld();
  elsewhere.add(`flowbook:${held}`);
  now += 800;
  return load();
}

test("a tab that is loaded again has its notebook again, though another one was next in line", async () => {
  const again = await reload("a");
  expect(await again.acquire("a")).toBe(true);
  expect([...elsewhere]).toEqual([]);
});

test("a tab in which somebody has worked since keeps the notebook", async () => {
  const again = await reload("a");
  elsewhere.add("flowbook-work:a");
  expect(await again.acquire("a")).toBe(false);
  expect([...elsewhere]).toEqual(["flowbook:a", "flowbook-work:a"]);
});

test("it takes no other notebook, and none that it opens later", async () => {
  const again = await reload("a");
  elsewhere.add("flowbook:b");
  expect(await again.acquire("b")).toBe(false);
  expect(await again.acquire("a")).toBe(false);
});

test("a tab that comes back late takes nothing from the one that has the notebook now", async () => {
  const before = load();
  await before.acquire("a");
  before.noteHeld();
  elsewhere.add("flowbook:a");
  now += 60_000;
  expect(await load().acquire("a")).toBe(false);
});

test("a tab that only follows a notebook has nothing to be given back", async () => {
  elsewhere.add("flowbook:a");
  const follower = load();
  expect(await follower.acquire("a")).toBe(false);
  follower.noteHeld();
  expect(await load().acquire("a")).toBe(false);
});
