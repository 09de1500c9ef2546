/** The only file that imports sql.js. */
import initSqlJs from "sql.js";
import { addAggregates } from "../../core/sqlAggregates.ts";
import type { VfsHost } from "./pageVfs.ts";
import type { Connection } from "./sqlite.ts";

/** sql.js, as far as we use it. */
export interface Module extends Omit<VfsHost, "memory" | "table"> {
  Database: new (image?: Uint8Array) => SqlJsConnection;
  _sqlite3_open(name: number, handle: number): number;
  _sqlite3_close_v2(handle: number): number;
  _free(pointer: number): void;
  stringToNewUTF8(text: string): number;
}

interface SqlJsConnection extends Connection {
  create_aggregate(name: string, functions: object): unknown;
}

/** sql.js with what it does not give by itself. */
export interface LoadedModule {
  module: Module;
  memory: WebAssembly.Memory;
  table: WebAssembly.Table;
}

// sql.js loads its module once and gives the same one for ever, so there is one memory to know.
let loading: Promise<LoadedModule> | undefined;

export function loadModule(wasm: BufferSource): Promise<LoadedModule> {
  loading ??= load(wasm);
  return loading;
}

async function load(wasm: BufferSource): Promise<LoadedModule> {
  let exported: WebAssembly.Exports = {};
  const module = await new Promise<Module>((resolve, reject) => {
    const config = {
      // The old functions of sql.js hide SQLite's own: `log` was the natural logarithm, and
      // `ceil` gave integers, so that the same query had other results in Node.
      useOldExtensionFunctions: false,
      instantiateWasm(
        imports: WebAssembly.Imports,
        done: (instance: WebAssembly.Instance) => void,
      ) {
        WebAssembly.instantiate(wasm, imports).then(({ instance }) => {
          exported = instance.exports;
          done(instance);
        }, reject);
        return {};
      },
    };
    const init = initSqlJs as unknown as (c: object) => Promise<Module>;
    init(config).then(resolve, reject);
  });
  // Export names are minified; there is one memory and one table.
  const values = Object.values(exported);
  const memory = values.find((value) => value instanceof WebAssembly.Memory);
  const table = values.find((value) => value instanceof WebAssembly.Table);
  if (!memory || !table)
    throw new Error("SQLite exports no memory or no table.");
  return { module, memory, table };
}

/** A connection that knows our aggregates. */
export function newConnection(module: Module, image?: Uint8Array): Connection {
  const connection = new module.Database(image);
  addAggregates(connection);
  return connection;
}

/** The file is memory: a journal file or a sync would protect nothing. */
export function keepNoFiles(connection: Connection): void {
  connection.run("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
}

/** A second connection to the file of another; `around` is there while SQLite opens the file. */
export function openSecond(
  { module, memory }: LoadedModule,
  first: Connection,
  around: (open: () => number) => number = (open) => open(),
): Connection {
  const second = new module.Database();
  module._sqlite3_close_v2(second.db);
  const handle = module._malloc(4);
  const name = module.stringToNewUTF8(`/${first.filename}`);
  const failed = around(() => module._sqlite3_open(name, handle));
  second.db = new DataView(memory.buffer).getInt32(handle, true);
  module._free(name);
  module._free(handle);
  if (failed !== 0)
    throw new Error("SQLite could not open a second connection.");
  addAggregates(second);
  return second;
}
