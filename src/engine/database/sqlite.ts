/** SQLite as the rest of the database worker sees it. */
import type { FoundPages } from "../../core/pages.ts";
import { DatabaseFile, type OpenFile } from "./databaseFile.ts";
import { comparedAccess, ownAccess } from "./fileAccess.ts";
import { PageVfs } from "./pageVfs.ts";
import { findMismatch } from "./selfTest.ts";
import { keepNoFiles, loadModule, type LoadedModule } from "./sqliteModule.ts";

/** What sql.js binds and gives. Integers are doubles unless `useBigInt` asks for bigints. */
export type RawValue = string | number | bigint | Uint8Array | null;

/** A prepared statement, as far as we use it. */
export interface Statement {
  bind(values: readonly RawValue[]): boolean;
  step(): boolean;
  get(values?: null, options?: { useBigInt: boolean }): RawValue[];
  run(values?: readonly RawValue[]): void;
  getColumnNames(): string[];
  free(): boolean;
}

/** A connection, as far as we use it. */
export interface Connection {
  /** The `sqlite3*`. */
  db: number;
  readonly filename: string;
  run(sql: string): Connection;
  prepare(sql: string): Statement;
  export(): Uint8Array;
  getRowsModified(): number;
  close(): void;
}

/** A loaded SQLite. */
export interface Sqlite {
  /** Why files are saved by comparing exports, which is slower, if so. */
  readonly mismatch: string | undefined;
  /** Opens a database from the bytes of its file, or an empty one. Damaged bytes throw here or at the first statement. */
  connect(found?: FoundPages): OpenFile;
  /** Opens an empty database that others can attach, by its `filename` in the root. */
  create(): Connection;
}

let opening: Promise<Sqlite> | undefined;

/** Loads SQLite from the bytes of its WebAssembly module. */
export function openSqlite(wasm: BufferSource): Promise<Sqlite> {
  opening ??= loadModule(wasm).then((loaded) => openLoaded(loaded));
  return opening;
}

/** The same without files that are ours, as where the self-test fails. */
export async function openSqliteComparing(wasm: BufferSource): Promise<Sqlite> {
  return openComparing(await loadModule(wasm), "it was asked for");
}

/** SQLite with files that are ours, or if the self-test finds that it does not keep to them, one whose files are compared. */
export function openLoaded(
  loaded: LoadedModule,
  selfTest: typeof findMismatch = findMismatch,
): Sqlite {
  const { module, memory, table } = loaded;
  try {
    const first = new module.Database();
    const vfs = new PageVfs({ ...module, memory, table }, first.db);
    first.close();
    const access = ownAccess(loaded, vfs);
    const mismatch = selfTest((file) => access.open(file));
    if (mismatch !== undefined) return openComparing(loaded, mismatch);
    return {
      mismatch: undefined,
      connect: (found) => new DatabaseFile(access, found),
      create: () => createOther(loaded),
    };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return openComparing(loaded, reason);
  }
}

function openComparing(loaded: LoadedModule, mismatch: string): Sqlite {
  const access = comparedAccess(loaded);
  return {
    mismatch,
    connect: (found) => new DatabaseFile(access, found),
    create: () => createOther(loaded),
  };
}

function createOther({ module }: LoadedModule): Connection {
  const connection = new module.Database();
  keepNoFiles(connection);
  return connection;
}
