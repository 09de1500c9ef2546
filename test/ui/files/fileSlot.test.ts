import { expect, test } from "vitest";
import { fileSlot } from "../../../src/ui/files/fileSlot.ts";

const slotAmong = (
  name: string,
  missingFiles: readonly string[],
  ...there: string[]
): string => {
  const about = { size: 1, hash: "", addedAt: 0 };
  const files = there.map((one) => ({ ...about, name: one }));
  return fileSlot(name, { missingFiles, files });
};

test("a file fills the only missing one that is called so, in whatever folder", () => {
  const missing = ["data/rates.json", "sales.csv", "old/urates.json"];
  expect(slotAmong("rates.json", missing)).toBe("data/rates.json");
  expect(slotAmong("sales.csv", missing)).toBe("sales.csv");
});

test("one that could be several, or that the notebook knows by its own name, keeps that", () => {
  const missing = ["a/rates.json", "b/rates.json"];
  expect(slotAmong("rates.json", missing)).toBe("rates.json");
  expect(slotAmong("rates.json", ["a/rates.json", "rates.json"])).toBe(
    "rates.json",
  );
  expect(slotAmong("rates.json", ["a/rates.json"], "rates.json")).toBe(
    "rates.json",
  );
});
