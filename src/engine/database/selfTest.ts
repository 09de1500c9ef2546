import { PageFile } from "./pageFile.ts";
import type { Connection } from "./sqlite.ts";

/** Parts of the header in which a copy may differ from its original: versions, change counters, the cookie of the schema. */
const loose = [
  [18, 20],
  [24, 28],
  [40, 44],
  [92, 100],
] as const;

/**
 * Tries whether a database that `open` opens keeps its bytes in the file that it is given: what differs from what SQLite itself
 * exports, after each of the ways in which a file changes; undefined if nothing does. Takes a few milliseconds.
 */
export function findMismatch(
  open: (file: PageFile) => Connection,
): string | undefined {
  const file = new PageFile();
  const connection = open(file);
  const steps: [name: string, step: () => boolean][] = [
    [
      "a load",
      () => {
        connection.run(
          `PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); ${insert(1, 400)}`,
        );
        return file.isChanged;
      },
    ],
    [
      "an update",
      () => {
        file.saved();
        connection.run("UPDATE t SET b = 'new' WHERE a = 7");
        const changed = file.changedPages().length;
        return changed > 0 && changed < 5;
      },
    ],
    [
      "a rollback",
      () => {
        file.saved();
        connection.run("BEGIN; DELETE FROM t WHERE a > 9; ROLLBACK");
        return count(connection) === 400;
      },
    ],
    [
      "a transaction that is larger than its cache",
      () => {
        file.saved();
        const { size } = file;
        connection.run(
          `PRAGMA cache_size = 10; PRAGMA cache_spill = 1; BEGIN; ${insert(401, 900)}; UPDATE t SET b = ''`,
        );
        const isApart = file.size > size && file.committed.size === size;
        connection.run("ROLLBACK");
        file.revert();
        return isApart && count(connection) === 400;
      },
    ],
    [
      "a commit that is taken back",
      () => {
        file.saved();
        connection.run(`UPDATE t SET b = ''; ${insert(401, 900)}`);
        file.revert();
        return count(connection) === 400 && !file.isChanged;
      },
    ],
    [
      "a shrinking",
      () => {
        connection.run("DELETE FROM t WHERE a > 20; VACUUM");
        return count(connection) === 20;
      },
    ],
  ];
  try {
    for (const [name, step] of steps)
      if (!step() || !isExported(file, connection))
        return `after ${name} the file is not what SQLite exports`;
    return undefined;
  } finally {
    connection.close();
  }
}

function insert(from: number, to: number): string {
  return `INSERT INTO t WITH RECURSIVE n (a) AS (SELECT ${from} UNION ALL SELECT a + 1 FROM n WHERE a < ${to}) SELECT a, hex(zeroblob(200)) FROM n`;
}

function count(connection: Connection): unknown {
  const statement = connection.prepare("SELECT count(*) FROM t");
  try {
    statement.step();
    return statement.get()[0];
  } finally {
    statement.free();
  }
}

function isExported(file: PageFile, connection: Connection): boolean {
  const exported = connection.export();
  if (exported.length !== file.size) return false;
  const kept = new Uint8Array(file.size);
  file.read(kept, 0);
  for (const [from, to] of loose) kept.set(exported.subarray(from, to), from);
  return kept.every((byte, at) => byte === exported[at]);
}
