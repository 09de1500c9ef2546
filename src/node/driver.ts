/** SQLite as Node has it: its own module where there is one, else better-sqlite3. */
import { createRequire } from "node:module";
import { FlowError } from "../core/errors.ts";
import { sqlAggregates, type SqlAggregate } from "../core/sqlAggregates.ts";
import { readAll } from "../engine/database/execute.ts";
import { numberParameters } from "../engine/database/parameters.ts";
import { splitStatements } from "../engine/database/statements.ts";
import type {
  Connection,
  RawValue,
  Statement,
} from "../engine/database/sqlite.ts";

/** How a file is opened. */
export interface OpenOptions {
  readOnly?: boolean;
  /** How long a statement waits for another process, in milliseconds. */
  patience?: number;
}

/** Opens connections to SQLite files. */
export interface Driver {
  /** The package, and the version of SQLite that it brings. */
  readonly name: string;
  open(path: string, options?: OpenOptions): Connection;
}

/** What both drivers have in common, as far as we use it. */
interface NativeDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): unknown;
  /** Missing in the first versions of Node's own module. */
  aggregate?(name: string, options: object): unknown;
  close(): void;
}

/** A statement whose rows are lists with every integer as a bigint, as a driver makes it. */
interface NativeStatement {
  /** Undefined for a statement that gives no rows. */
  readonly columns: readonly string[] | undefined;
  rows(values: readonly RawValue[]): Iterator<unknown>;
  run(values: readonly RawValue[]): void;
}

let known: Driver | undefined;

/** The driver of this Node. Throws what to install if there is none. */
export function loadDriver(): Driver {
  known ??= ownDriver() ?? packageDriver();
  return known;
}

function ownDriver(): Driver | undefined {
  const load = (process as { getBuiltinModule?(name: string): unknown })
    .getBuiltinModule;
  const found = load?.("node:sqlite") as
    | {
        DatabaseSync: new (path: string, options: object) => NativeDatabase;
      }
    | undefined;
  if (!found) return undefined;
  return makeDriver(
    "node:sqlite",
    (path, { readOnly, patience }) =>
      new found.DatabaseSync(path, {
        readOnly: readOnly ?? false,
        timeout: patience ?? 0,
        enableForeignKeyConstraints: false,
      }),
    (database, sql) => {
      const statement = database.prepare(sql) as {
        columns(): { name: string }[];
        setReadBigInts(on: boolean): void;
        setReturnArrays(on: boolean): void;
        iterate(...values: readonly RawValue[]): Iterator<unknown>;
        run(...values: readonly RawValue[]): unknown;
      };
      statement.setReadBigInts(true);
      statement.setReturnArrays(true);
      const columns = statement.columns().map(({ name }) => name);
      return {
        columns: columns.length > 0 ? columns : undefined,
        rows: (values) => statement.iterate(...values),
        run: (values) => void statement.run(...values),
      };
    },
  );
}

function packageDriver(): Driver {
  let Database: new (path: string, options: object) => NativeDatabase;
  try {
    Database = createRequire(import.meta.url)(
      "better-sqlite3",
    ) as typeof Database;
    new Database(":memory:", {}).close();
  } catch (cause) {
    const isMissing = (cause as { code?: string }).code === "MODULE_NOT_FOUND";
    const [what, remedy] = isMissing
      ? ["is not there", "npm install better-sqlite3@12"]
      : ["was not built", "npm rebuild better-sqlite3"];
    throw new FlowError(
      "storage-failed",
      `Node ${process.versions.node} has no SQLite, and better-sqlite3 ${what}. Use Node 22.16 or later, or run: ${remedy}`,
      { cause },
    );
  }
  return makeDriver(
    "better-sqlite3",
    (path, { readOnly, patience }) => {
      const database = new Database(path, {
        readonly: readOnly ?? false,
        timeout: patience ?? 0,
      });
      // As SQLite itself is, and as it is in the page.
      database.exec("PRAGMA foreign_keys = OFF");
      return database;
    },
    (database, sql) => {
      const statement = database.prepare(sql) as {
        reader: boolean;
        columns(): { name: string }[];
        safeIntegers(on: boolean): void;
        raw(on: boolean): void;
        iterate(...values: readonly RawValue[]): Iterator<unknown>;
        run(...values: readonly RawValue[]): unknown;
      };
      if (!statement.reader)
        return {
          columns: undefined,
          rows: () => [][Symbol.iterator](),
          run: (values) => void statement.run(...values),
        };
      statement.safeIntegers(true);
      statement.raw(true);
      return {
        columns: statement.columns().map(({ name }) => name),
        rows: (values) => statement.iterate(...values),
        run: () => {},
      };
    },
  );
}

function makeDriver(
  name: string,
  open: (path: string, options: OpenOptions) => NativeDatabase,
  prepare: (database: NativeDatabase, sql: string) => NativeStatement,
): Driver {
  let missing: readonly SqlAggregate[] | undefined;
  return {
    name,
    open(path, options = {}) {
      const database = open(path, options);
      // Asked of one in memory: a file may be locked, and only who reads it can tell by whom.
      missing ??= missingAggregates(
        new NativeConnection(open(":memory:", {}), ":memory:", prepare),
      );
      for (const { name, start, step, finish } of missing)
        database.aggregate?.(name, {
          start,
          step,
          result: finish,
          deterministic: true,
          useBigIntArguments: true,
        });
      return new NativeConnection(database, path, prepare);
    },
  };
}

/** Those that the driver's SQLite does not bring itself; the connection is closed. */
function missingAggregates(connection: Connection): readonly SqlAggregate[] {
  const known = new Set(
    readAll(connection, "SELECT name FROM pragma_function_list").flat(),
  );
  connection.close();
  return sqlAggregates.filter(({ name }) => !known.has(name));
}

/** A connection of a driver's in the shape of sql.js's. */
class NativeConnection implements Connection {
  readonly db = 0;
  readonly filename: string;
  readonly #database: NativeDatabase;
  readonly #prepare: (database: NativeDatabase, sql: string) => NativeStatement;

  constructor(
    database: NativeDatabase,
    path: string,
    prepare: (database: NativeDatabase, sql: string) => NativeStatement,
  ) {
    this.#database = database;
    // As sql.js names files: from the root on.
    this.filename = path.replace(/^\//, "");
    this.#prepare = prepare;
  }

  run(sql: string): this {
    this.#database.exec(sql);
    return this;
  }

  prepare(sql: string): Statement {
    const { text, numbers } = withoutNames(sql);
    return new PreparedStatement(this.#prepare(this.#database, text), numbers);
  }

  export(): Uint8Array {
    throw new Error("The file is the export.");
  }

  getRowsModified(): number {
    const statement = this.prepare("SELECT changes()");
    statement.step();
    const [changes] = statement.get();
    statement.free();
    return Number(changes);
  }

  close(): void {
    this.#database.close();
  }
}

class PreparedStatement implements Statement {
  readonly #statement: NativeStatement;
  #values: readonly RawValue[] = [];
  #rows: Iterator<unknown> | undefined;
  #row: readonly unknown[] = [];

  readonly #numbers: readonly number[] | undefined;

  constructor(
    statement: NativeStatement,
    numbers: readonly number[] | undefined,
  ) {
    this.#statement = statement;
    this.#numbers = numbers;
  }

  bind(values: readonly RawValue[]): boolean {
    this.#reset();
    const given = this.#numbers?.map((number) => values[number - 1] ?? null);
    this.#values = (given ?? values).map(toNative);
    return true;
  }

  step(): boolean {
    if (!this.#statement.columns) {
      this.#statement.run(this.#values);
      return false;
    }
    this.#rows ??= this.#statement.rows(this.#values);
    const { done, value } = this.#rows.next();
    if (done) {
      this.#rows = undefined;
      return false;
    }
    this.#row = value as readonly unknown[];
    return true;
  }

  get(_values?: null, options?: { useBigInt: boolean }): RawValue[] {
    return this.#row.map((value) =>
      typeof value === "bigint" && !options?.useBigInt
        ? Number(value)
        : (value as RawValue),
    );
  }

  run(values: readonly RawValue[] = []): void {
    this.bind(values);
    while (this.step());
    this.#reset();
  }

  getColumnNames(): string[] {
    return [...(this.#statement.columns ?? [])];
  }

  free(): boolean {
    this.#reset();
    // Who keeps a statement for later should not keep what it was last given.
    this.#values = [];
    return true;
  }

  #reset(): void {
    this.#rows?.return?.();
    this.#rows = undefined;
  }
}

/** As sql.js binds: what is an integer of 32 bits is one in SQLite too. The drivers bind every number as a double. */
function toNative(value: RawValue): RawValue {
  return typeof value === "number" && (value | 0) === value
    ? BigInt(value)
    : value;
}

/**
 * The drivers bind parameters with names or numbers only by these; here all are bound by their place. Gives the text with a
 * plain `?` for each, and which value each takes.
 */
function withoutNames(sql: string): {
  text: string;
  numbers: readonly number[] | undefined;
} {
  const [statement] = /\?\d|[:@$]\w/.test(sql) ? splitStatements(sql) : [];
  const slots = statement ? numberParameters(statement) : [];
  if (slots.every(({ token }) => token.text === "?"))
    return { text: sql, numbers: undefined };
  let text = "";
  let from = 0;
  for (const { token } of slots) {
    text += `${sql.slice(from, token.from)}?`;
    from = token.to;
  }
  return {
    text: text + sql.slice(from),
    numbers: slots.map(({ number }) => number),
  };
}
