/**
 * SQLite itself: the only file that imports sql.js.
 *
 * A notebook's database has two connections to one file in the module's memory. The writer holds the transaction of the one
 * attempt that writes; the reader sees what is committed. The writer never spills dirty pages into the file before COMMIT
 * (`cache_spill`), so the reader is not locked out while a transaction is open.
 */
import initSqlJs from "sql.js";

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

interface Module {
  Database: new (image?: Uint8Array) => Connection;
  _sqlite3_open(name: number, handle: number): number;
  _sqlite3_close_v2(handle: number): number;
  _RegisterExtensionFunctions(handle: number): void;
  _malloc(size: number): number;
  _free(pointer: number): void;
  stringToNewUTF8(text: string): number;
}

/** The two connections to one database. */
export interface Connections {
  readonly writer: Connection;
  readonly reader: Connection;
  close(): void;
}

/** A loaded SQLite. */
export interface Sqlite {
  /** Opens a database from the bytes of its file, or an empty one. Damaged bytes throw here or at the first statement. */
  connect(image: Uint8Array | undefined): Connections;
  /** Opens an empty database that others can attach, by its `filename` in the root. */
  create(): Connection;
}

// sql.js loads its module once and gives the same one for ever, so there is one memory to know.
let loading: Promise<Sqlite> | undefined;

/** Loads SQLite from the bytes of its WebAssembly module. */
export function openSqlite(wasm: BufferSource): Promise<Sqlite> {
  loading ??= load(wasm);
  return loading;
}

async function load(wasm: BufferSource): Promise<Sqlite> {
  let memory: WebAssembly.Memory | undefined;
  const module = await new Promise<Module>((resolve, reject) => {
    const config = {
      instantiateWasm(
        imports: WebAssembly.Imports,
        done: (instance: WebAssembly.Instance) => void,
      ) {
        WebAssembly.instantiate(wasm, imports).then(({ instance }) => {
          // Export names are minified; the memory is the one export that is a memory.
          memory = Object.values(instance.exports).find(
            (value) => value instanceof WebAssembly.Memory,
          );
          done(instance);
        }, reject);
        return {};
      },
    };
    const init = initSqlJs as unknown as (c: object) => Promise<Module>;
    init(config).then(resolve, reject);
  });

  function openSecond(first: Connection): Connection {
    const second = new module.Database();
    module._sqlite3_close_v2(second.db);
    const handle = module._malloc(4);
    const name = module.stringToNewUTF8(`/${first.filename}`);
    const failed = module._sqlite3_open(name, handle);
    if (failed !== 0 || !memory)
      throw new Error("SQLite could not open a second connection.");
    second.db = new DataView(memory.buffer).getInt32(handle, true);
    module._free(name);
    module._free(handle);
    module._RegisterExtensionFunctions(second.db);
    return second;
  }

  /** The file is memory: a journal file or a sync would protect nothing. */
  function keepNoFiles(connection: Connection): void {
    connection.run("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
  }

  return {
    create() {
      const connection = new module.Database();
      keepNoFiles(connection);
      return connection;
    },
    connect(image) {
      const writer = new module.Database(image);
      const reader = openSecond(writer);
      const connections = {
        writer,
        reader,
        close() {
          reader.close();
          writer.close();
        },
      };
      try {
        writer.run("PRAGMA cache_spill = OFF");
        keepNoFiles(writer);
        reader.run("PRAGMA query_only = ON");
        return connections;
      } catch (thrown) {
        connections.close();
        throw thrown;
      }
    },
  };
}
