import { expect, test, vi } from "vitest";
import type { Session } from "../../src/ui/session.svelte.ts";
import {
  attach,
  importDatabase,
  renameFile,
  type StoredHost,
} from "../../src/ui/storedChanges.ts";

/** A notebook that keeps the names of its files. */
function openHost(): { host: StoredHost; names: () => unknown[] } {
  const write = vi.fn((name: string) => void name);
  const host = {
    session: { id: "n", files: [] } as unknown as Session,
    database: {
      writeFile: write,
      renameFile: (_: string, to: string) => write(to),
    },
    listFiles: () => Promise.resolve(),
  } as unknown as StoredHost;
  return { host, names: () => write.mock.calls.map(([name]) => name) };
}

test("no file is kept under a name that looks like another", async () => {
  const { host, names } = openHost();
  await attach(host, "report\u202efdp.exe", new Blob());
  await attach(host, "\u2067rates\u2069.csv\u200e", new Blob());
  await attach(host, "\u202e", new Blob());
  await renameFile(host, "a", "\u200fb.csv");
  expect(names()).toEqual(["reportfdp.exe", "rates.csv", "file", "b.csv"]);
});

test("a file of whose name nothing is seen is called a file", async () => {
  const { host, names } = openHost();
  for (const blank of ["", "  ", "\u00a0\u202e "])
    await attach(host, blank, new Blob());
  await renameFile(host, "a", " ");
  await attach(host, " a.csv", new Blob());
  expect(names()).toEqual(["file", "file", "file", "file", " a.csv"]);
});

test.each([
  ["with a log beside it", [2, 2], /may still be in old\.sqlite-wal beside it/],
  ["without a log", [1, 1], /^old\.sqlite is this notebook's database now\.$/],
])("of a database %s that is imported it is said", async (_, mode, said) => {
  const header = Uint8Array.of(...Array<number>(18).fill(0), ...mode, 0);
  const offered: string[] = [];
  const host = {
    session: {
      desk: { open: () => Promise.resolve(), updatePlan: () => {} },
      tables: [],
      refreshTables: () => Promise.resolve(),
      views: { changedTables: () => {} },
      rested: () => {},
      notices: {
        closeRefusals: () => {},
        offer: (message: string) => void offered.push(message),
      },
    },
    database: {
      importDatabase: () => Promise.resolve(),
      refresh: () => Promise.resolve(),
    },
  } as unknown as StoredHost;
  await importDatabase(host, new File([header], "old.sqlite"));
  expect(offered).toEqual([expect.stringMatching(said)]);
});

test("an import changes the tables that were there and those that come, before what shows them is looked at", async () => {
  const told: unknown[] = [];
  const session = {
    desk: { open: () => Promise.resolve(), updatePlan: () => {} },
    tables: [{ name: "old" }],
    refreshTables: () => {
      session.tables = [{ name: "new" }];
      return Promise.resolve();
    },
    views: { changedTables: (tables: string[]) => void told.push(tables) },
    rested: () => void told.push("rested"),
    notices: {
      closeRefusals: () => void told.push("tried again"),
      offer: () => {},
    },
  };
  const database = {
    exportDatabase: () => Promise.resolve(new Blob()),
    importDatabase: () => Promise.resolve(),
    refresh: () => Promise.resolve(),
  };
  const host = { session, database } as unknown as StoredHost;
  await importDatabase(host, new File([], "some.sqlite"));
  expect(told).toEqual(["tried again", ["old", "new"], "rested"]);
});
