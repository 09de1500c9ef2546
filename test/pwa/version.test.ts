import { expect, test } from "vitest";
import { versionOf } from "../../src/pwa/version.ts";

test("the version is the hashed name of the entry script, wherever the app lies", () => {
  expect(versionOf(["index.html", "assets/index-Ab3_x-9z.js"])).toBe(
    "index-Ab3_x-9z",
  );
  expect(versionOf(["/some/folder/assets/index-Ab3_x-9z.js"])).toBe(
    "index-Ab3_x-9z",
  );
});

test("style sheets and other scripts are no version", () => {
  expect(
    versionOf(["assets/index-Ab3_x-9z.css", "assets/reindex-Ab3_x-9z.js"]),
  ).toBeUndefined();
});
