import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { get } from "idb-keyval";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { FlowError } from "../../src/core/errors.ts";
import { segmentSize } from "../../src/core/pages.ts";
import { PageFile } from "../../src/engine/database/pageFile.ts";
import { FencedWrites, type Manifest } from "../../src/storage/fencedWrites.ts";
import { readPages } from "../../src/storage/pageLog.ts";
import { clearStaged, stage } from "../../src/storage/staging.ts";
import { createStore, type Store } from "../../src/storage/useStore.ts";

let store: Store;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  store = createStore("s");
});

/** Chromium's file system of a site, as far as it is used here. */
class Files {
  /** The names that are there, and those that ever were. */
  readonly there = new Set<string>();
  readonly made: string[] = [];
  /** Those that are written into: they cannot be removed. */
  readonly open = new Set<string>();
  /** The files that were given out. */
  readonly given = new Set<Blob>();
  /** Milliseconds that a write takes, and bytes that there is room for. */
  takes = 1;
  room = Infinity;
  #now = 0;

  constructor() {
    onTestFinished(() => {
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
    });
    vi.spyOn(performance, "now").mockImplementation(() => this.#now);
    vi.stubGlobal("StorageBucketManager", () => undefined);
    vi.stubGlobal(
      "FileSystemFileHandle",
      class {
        createSyncAccessHandle() {}
      },
    );
    vi.stubGlobal("navigator", {
      storage: {
        getDirectory: async () => ({
          getDirectoryHandle: async () => this.#folder,
          getFileHandle: async () => this.#probe,
          removeEntry: async () => this.there.clear(),
        }),
      },
    });
  }

  /** What is put into the store first, to see what becomes of it. */
  readonly #probe = {
    createSyncAccessHandle: async () => ({
      write: () => 1,
      close: () => {},
    }),
    getFile: async () => new Blob(["1"]),
  };

  readonly #folder = {
    removeEntry: async (name: string) => {
      if (this.open.has(name))
        throw new DOMException("It is open", "NoModificationAllowedError");
      this.there.delete(name);
    },
    getFileHandle: async (name: string) => {
      // A later one is there after an earlier one has failed.
      const turns = 20 * this.made.push(name);
      for (let turn = 0; turn < turns; turn += 1) await null;
      this.there.add(name);
      const parts: Uint8Array<ArrayBuffer>[] = [];
      return {
        createSyncAccessHandle: async () => {
          this.open.add(name);
          return {
            write: (bytes: Uint8Array) => {
              this.#now += this.takes;
              const written = bytes.slice(0, Math.max(0, this.room));
              this.room -= written.byteLength;
              parts.push(written);
              return written.byteLength;
            },
            close: () => this.open.delete(name),
          };
        },
        getFile: async () => {
          const file = new Blob(parts);
          this.given.add(file);
          return file;
        },
      };
    },
  };
}

/** A file of so many segments, the last of which is not full. */
function fileOf(segments: number): PageFile {
  const file = new PageFile();
  for (let at = 0; at < segments; at += 1) {
    const size = at === segments - 1 ? segmentSize - 4096 : segmentSize;
    file.write(new Uint8Array(size).fill(at + 1), at * segmentSize);
  }
  return file;
}

function bytesOf(file: PageFile): Uint8Array {
  const bytes = new Uint8Array(file.size);
  file.read(bytes, 0);
  return bytes;
}

/** Saves the file, and gives which of the values that were put were files. */
async function save(
  file: PageFile,
  files: Files,
  refuses: (value: unknown) => boolean = () => false,
): Promise<boolean[]> {
  const put: boolean[] = [];
  const watched: Store = {
    ...store,
    use: (mode, callback) =>
      store.use(mode, (entries) => {
        const original = entries.put.bind(entries);
        entries.put = (value: unknown, key?: IDBValidKey) => {
          if (refuses(value)) throw new DOMException("No", "DataError");
          if (value instanceof Blob) put.push(files.given.has(value));
          return original(value, key);
        };
        return callback(entries);
      }),
  };
  const writes = new FencedWrites(watched, undefined);
  await writes.write({ isCommit: true, pages: file, put: () => [] });
  return put;
}

/** What the store holds is what the file holds. */
async function expectStored(file: PageFile): Promise<void> {
  const manifest = await get<Manifest>("manifest", store.use);
  const found = await store.use("readonly", (entries) =>
    readPages(entries, manifest!.database!),
  );
  expect(found.damage).toBeUndefined();
  const stored = bytesOf(new PageFile(found));
  expect(Buffer.compare(stored, bytesOf(file))).toBe(0);
}

test("a large change goes into the store by way of files, which are gone once it is there", async () => {
  const files = new Files();
  const file = fileOf(33);
  expect(await save(file, files)).toEqual(Array(7).fill(true));
  await expectStored(file);
  expect(files.made).toHaveLength(7);
  expect([...files.there]).toEqual([]);
});

test("a small change makes no files", async () => {
  const files = new Files();
  const file = fileOf(8);
  expect(await save(file, files)).toEqual(Array(4).fill(false));
  await expectStored(file);
  expect(files.made).toEqual([]);
});

test.each<[string, (files: Files) => void]>([
  [
    "are only referred to by the store, as in a private window,",
    () =>
      vi
        .spyOn(Blob.prototype, "arrayBuffer")
        .mockRejectedValueOnce(new DOMException("Gone", "NotFoundError")),
  ],
  ["are slow", (files) => (files.takes = 30)],
  ["have no room", (files) => (files.room = 4.5 * segmentSize)],
  [
    "are not to be had",
    () =>
      vi
        .spyOn(navigator.storage, "getDirectory")
        .mockRejectedValue(new Error("No")),
  ],
])("where files %s, a large change is put from memory", async (_, spoil) => {
  const files = new Files();
  spoil(files);
  const file = fileOf(20);
  expect(await save(file, files)).toEqual(Array(7).fill(false));
  await expectStored(file);
  expect([...files.there]).toEqual([]);
});

test("a store that does not take the files is given the bytes, and the files are gone before", async () => {
  const files = new Files();
  const file = fileOf(10);
  const before: number[] = [];
  const put = await save(file, files, (value) => {
    if (value instanceof Blob) before.push(files.there.size);
    return files.given.has(value as Blob);
  });
  expect(put).toEqual(Array(5).fill(false));
  expect(before).toEqual([5, 0, 0, 0, 0, 0]);
  await expectStored(file);
});

test.each([
  ["tried again", new FlowError("storage-full", "The disk is full."), true],
  [
    "tried again",
    new DOMException("FILE_ERROR_NO_SPACE", "UnknownError"),
    true,
  ],
  ["not tried again", new DOMException("No", "DataCloneError"), false],
])(
  "after the first part was refused, files are %s: %s",
  async (_, why, isTried) => {
    new Files();
    const putting = vi
      .spyOn(IDBObjectStore.prototype, "put")
      .mockImplementation(() => {
        throw why;
      });
    const isStaged = async () => {
      const staged = await stage(fileOf(2), [[0, 2, 1]]);
      await staged?.drop();
      return staged !== undefined;
    };
    expect(await isStaged()).toBe(false);
    putting.mockRestore();
    expect(await isStaged()).toBe(isTried);
  },
);

test("what was staged when the browser was killed is dropped", async () => {
  const files = new Files();
  files.there.add("0-left");
  await clearStaged();
  expect([...files.there]).toEqual([]);
});
