import { beforeEach, expect, test, vi } from "vitest";
import { Mirror } from "../../src/storage/mirror.ts";

beforeEach(() => {
  const items = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  });
  return () => vi.unstubAllGlobals();
});

test("what was kept is remembered by other pages, and the highest generation counts", () => {
  const mirror = new Mirror();
  mirror.note("a", { title: "A" });
  mirror.note("a", { generation: 7 });
  mirror.note("a", { generation: 3 });
  mirror.flush();
  expect(new Mirror().notebooks).toEqual({ a: { title: "A", generation: 7 } });
});

test("two pages remember side by side, and what one forgets stays forgotten", () => {
  const one = new Mirror();
  const two = new Mirror();
  one.note("a", { title: "A" });
  two.note("b", { title: "B" });
  two.note("c", { title: "C" });
  one.flush();
  two.flush();
  one.forget("b");
  one.note("a", { title: "A2" });
  one.flush();
  expect(Object.keys(two.notebooks)).toEqual(["a", "c"]);
});

test("what a newer version may have written is not known, and nothing fails", () => {
  for (const kept of ["null", "[1]", "7", "{", '{"a":null,"b":{"title":1}}']) {
    localStorage.setItem("flowbook:kept", kept);
    const mirror = new Mirror();
    expect(mirror.notebooks).toEqual({});
    mirror.note("a", { title: "A", generation: 1 });
    mirror.flush();
    expect(mirror.notebooks).toEqual({ a: { title: "A", generation: 1 } });
  }
});

test("without localStorage nothing is remembered, and nothing fails", () => {
  vi.stubGlobal("localStorage", undefined);
  const mirror = new Mirror();
  mirror.note("a", { title: "A" });
  mirror.flush();
  expect(mirror.notebooks).toEqual({});
});
