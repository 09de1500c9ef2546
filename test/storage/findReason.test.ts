import { afterEach, expect, test, vi } from "vitest";
import { findReason, takesFiles } from "../../src/storage/findReason.ts";
import { clearStaged } from "../../src/storage/staging.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The files of a browser; each write passes `write`. Gives their names. */
function storeFiles(write: () => Promise<void>): Set<string> {
  const files = new Set<string>();
  const open = new Set<string>();
  const refuse = (name: string) => Promise.reject(new DOMException("", name));
  const folder = {
    async getFileHandle(name: string) {
      files.add(name);
      return {
        async createWritable() {
          open.add(name);
          return {
            write: () => (files.has(name) ? write() : refuse("NotFoundError")),
            abort: async () => void open.delete(name),
          };
        },
      };
    },
    async removeEntry(name: string) {
      if (open.has(name)) return refuse("NoModificationAllowedError");
      files.delete(name);
    },
  };
  const root = {
    getDirectoryHandle: () => Promise.resolve(folder),
    removeEntry: async () => files.clear(),
  };
  vi.stubGlobal("navigator", {
    storage: { getDirectory: () => Promise.resolve(root) },
  });
  return files;
}

const backing = new DOMException(
  "Internal error opening backing store for indexedDB.open.",
  "UnknownError",
);

test("two that ask at once whether there is room are not told of each other's files", async () => {
  const files = storeFiles(() => Promise.resolve());
  expect(await Promise.all([takesFiles(1), takesFiles(3)])).toEqual([
    true,
    true,
  ]);
  expect([...files]).toEqual([]);
});

test("the file of a page that was killed while it tried is dropped with what was staged", async () => {
  const files = storeFiles(() => new Promise(() => {}));
  void takesFiles(1);
  await expect.poll(() => files.size).toBe(1);
  await clearStaged();
  expect(files.size).toBe(0);
});

test.each(["QuotaExceededError", "UnknownError", "InvalidStateError"])(
  "a file that cannot be written tells of a full disk, and leaves nothing: %s",
  async (name) => {
    const files = storeFiles(() => Promise.reject(new DOMException("", name)));
    expect(await findReason(backing)).toMatchObject({
      name: "QuotaExceededError",
      message: backing.message,
    });
    expect([...files]).toEqual([]);
  },
);

test.each([
  "NotFoundError",
  "NoModificationAllowedError",
  "NotAllowedError",
  "SecurityError",
])("a file that is not to be had tells of no full disk: %s", async (name) => {
  storeFiles(() => Promise.reject(new DOMException("", name)));
  expect(await findReason(backing)).toBe(backing);
});
