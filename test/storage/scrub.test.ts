import "fake-indexeddb/auto";
import { beforeEach, expect, test, vi } from "vitest";
import { markOpenPage, scrub } from "../../src/storage/scrub.ts";

/** The locks of pages that are alive. */
let alive: Set<string>;
let items: Map<string, string>;
let listeners: Map<string, () => void>;

beforeEach(() => {
  alive = new Set();
  items = new Map();
  listeners = new Map();
  // `Object.keys(localStorage)` gives the keys.
  const methods = {
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  const storage = new Proxy(methods, {
    ownKeys: () => [...items.keys()],
    getOwnPropertyDescriptor: (_, key) =>
      items.has(String(key))
        ? { value: "", enumerable: true, configurable: true }
        : undefined,
  });
  vi.stubGlobal("localStorage", storage);
  vi.stubGlobal("navigator", {
    locks: {
      request: (name: string) => void alive.add(name),
      query: () =>
        Promise.resolve({ held: [...alive].map((name) => ({ name })) }),
    },
  });
  vi.stubGlobal("addEventListener", (type: string, listener: () => void) =>
    listeners.set(type, listener),
  );
  return () => vi.unstubAllGlobals();
});

test("a page that goes away as pages do leaves nothing to mend", async () => {
  expect(await markOpenPage("one")).toBe(false);
  listeners.get("pagehide")!();
  alive.clear();
  expect(await markOpenPage("two")).toBe(false);
});

test("a page that was killed is noticed by the next, once", async () => {
  await markOpenPage("one");
  alive.clear();
  expect(await markOpenPage("two")).toBe(true);
  expect(await markOpenPage("three")).toBe(false);
});

test("a page that is still open was not killed", async () => {
  await markOpenPage("one");
  expect(await markOpenPage("two")).toBe(false);
});

test("scrubbing writes much and leaves nothing", async () => {
  const put = vi.spyOn(IDBObjectStore.prototype, "put");
  await scrub();
  expect(put).toHaveBeenCalledTimes(120);
  expect(await indexedDB.databases()).toEqual([]);
  put.mockRestore();
});
