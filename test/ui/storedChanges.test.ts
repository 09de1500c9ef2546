import { expect, test, vi } from "vitest";
import type { Session } from "../../src/ui/session.svelte.ts";
import {
  attach,
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
