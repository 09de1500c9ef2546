import { afterEach, expect, test, vi } from "vitest";
import { holdVersion, versionOf } from "../../src/pwa/version.ts";

afterEach(() => void vi.unstubAllGlobals());

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

test("a browser that denies the page its locks leaves nothing uncaught", async () => {
  const denied = Promise.reject(new DOMException("denied", "SecurityError"));
  vi.stubGlobal("navigator", { locks: { request: () => denied } });
  holdVersion("index-Ab3_x-9z");
  // Vitest fails by what is left uncaught.
  await expect(denied).rejects.toThrow("denied");
});
