import "../runes.ts";
import { expect, test, vi } from "vitest";
import {
  RowPages,
  type RowPage,
} from "../../../src/ui/output/rowPages.svelte.ts";

const never = () => new Promise<RowPage>(() => {});
const one = { columns: ["n"], rows: [{ n: 1 }], total: 1 };
const error = { name: "Error", message: "stopped" };

test("rows whose reading was stopped are read again only when somebody asks, and in no order", async () => {
  const pages = new RowPages();
  pages.read(never);
  pages.sortBy({ column: "n", direction: "asc" });
  expect(pages.isFetching).toBe(true);
  pages.stop(error);
  expect(pages).toMatchObject({ isFetching: false, error, sort: undefined });
  const fetch = vi.fn(() => Promise.resolve(one));
  // As it is with each commit.
  pages.read(fetch);
  expect(fetch).not.toHaveBeenCalled();
  expect(pages.error).toEqual(error);
  pages.readAgain();
  expect(pages.error).toBeUndefined();
  await vi.waitFor(() => expect(pages.isReady).toBe(true));
  expect(fetch.mock.calls).toEqual([[0, 100, undefined]]);
  expect(pages.rowAt(0)).toEqual({ n: 1 });
});

test("what comes after a stop is dropped, and another question is read at once", async () => {
  const pages = new RowPages();
  let refuse = (_: Error): void => {};
  pages.read(() => new Promise((_, reject) => (refuse = reject)));
  pages.stop(error);
  refuse(new Error("The database was started again."));
  await Promise.resolve();
  expect(pages.error).toEqual(error);
  pages.resume();
  pages.read(() => Promise.resolve(one));
  await vi.waitFor(() => expect(pages.total).toBe(1));
  expect(pages.isFetching).toBe(false);
});
