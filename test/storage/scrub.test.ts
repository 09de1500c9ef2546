import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, test, vi } from "vitest";
import { markOpenPage } from "../../src/storage/openPages.ts";
import { scrub } from "../../src/storage/scrub.ts";

/** The locks of pages that are alive. */
let alive: Set<string>;
let listeners: Map<string, () => void>;
let place: IDBFactory;
/** Whether there is room to mend what was torn, and how often that was begun. */
let hasRoom: boolean;
let mended: number;

function mend(): Promise<void> {
  mended += 1;
  return hasRoom ? Promise.resolve() : Promise.reject(new Error("full"));
}

const mark = (token: string) =>
  markOpenPage(token, () => Promise.resolve(place), mend);

beforeEach(() => {
  alive = new Set();
  listeners = new Map();
  place = new IDBFactory();
  hasRoom = true;
  mended = 0;
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
  expect(await mark("one")).toBe(false);
  listeners.get("pagehide")!();
  alive.clear();
  expect(await mark("two")).toBe(false);
});

test("a page that was killed is noticed by the next, once", async () => {
  await mark("one");
  alive.clear();
  expect(await mark("two")).toBe(true);
  expect(await mark("three")).toBe(false);
  expect(mended).toBe(1);
});

test("a page that was killed is noticed on a full disk, too, where no mark can be written", async () => {
  await mark("one");
  alive.clear();
  const put = vi
    .spyOn(IDBObjectStore.prototype, "put")
    .mockImplementation(() => {
      throw new DOMException("FILE_ERROR_NO_SPACE", "UnknownError");
    });
  expect(await mark("two")).toBe(true);
  expect(mended).toBe(1);
  put.mockRestore();
});

test("what was torn is noticed by each page, and nothing is written, until it is mended", async () => {
  await mark("one");
  alive.clear();
  hasRoom = false;
  const put = vi.spyOn(IDBObjectStore.prototype, "put");
  expect(await mark("two")).toBe(true);
  expect(await mark("three")).toBe(true);
  expect(put).not.toHaveBeenCalled();
  put.mockRestore();
  hasRoom = true;
  expect(await mark("four")).toBe(true);
  expect(await mark("five")).toBe(false);
});

test("a page that is still open was not killed", async () => {
  await mark("one");
  expect(await mark("two")).toBe(false);
});

test("without a place for marks nothing is ever to be mended", async () => {
  const nowhere = () => Promise.resolve(undefined);
  await markOpenPage("one", nowhere, mend);
  alive.clear();
  expect(await markOpenPage("two", nowhere, mend)).toBe(false);
});

test("scrubbing writes much and leaves nothing", async () => {
  const put = vi.spyOn(IDBObjectStore.prototype, "put");
  await scrub();
  expect(put).toHaveBeenCalledTimes(120);
  expect(await indexedDB.databases()).toEqual([]);
  put.mockRestore();
});
