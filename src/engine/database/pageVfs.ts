/**
 * Lets SQLite read and write the main file of a database in memory that is ours.
 *
 * sql.js offers no file system of one's own, but SQLite does: `sqlite3_vfs` and `sqlite3_io_methods` are public structs of
 * pointers to functions, and their layout is part of its ABI. We take the place of `xOpen` in the file system that sql.js was
 * built with, and give each file that is to be ours a table of methods of our own; all other files stay as they are. Our files
 * know no locks: one connection writes, and what the others read is not what it writes into (committedPages.ts). A self-test
 * (selfTest.ts) tells before anything is trusted to it whether all this still holds.
 *
 * https://sqlite.org/c3ref/vfs.html, https://sqlite.org/c3ref/io_methods.html
 */

/** The bytes of a file. What throws makes the statement fail that wanted it. */
export interface VfsFile {
  readonly size: number;
  /** Fills `target` from `offset` on; says how many bytes there were, the rest is zero. */
  read(target: Uint8Array, offset: number): number;
  write(source: Uint8Array, offset: number): void;
  truncate(size: number): void;
}

/** What is needed of a loaded sql.js. */
export interface VfsHost {
  memory: WebAssembly.Memory;
  /** The table of functions that pointers mean. */
  table: WebAssembly.Table;
  addFunction(call: (...values: never[]) => number, signature: string): number;
  _malloc(size: number): number;
}

// Offsets in the structs, of 32-bit pointers.
const vfsOpen = 24;
const methods = {
  close: 4,
  read: 8,
  write: 12,
  truncate: 16,
  sync: 20,
  fileSize: 24,
  lock: 28,
  unlock: 32,
  isReserved: 36,
  fileControl: 40,
};
/** Up to xDeviceCharacteristics; what follows serves write-ahead logs and memory maps, which version 1 has not. */
const methodsSize = 52;

const SQLITE_OK = 0;
const SQLITE_ERROR = 1;
const SQLITE_NOTFOUND = 12;
const SQLITE_IOERR_READ = 266;
const SQLITE_IOERR_SHORT_READ = 522;
const SQLITE_IOERR_NOMEM = 3082;
const SQLITE_OPEN_MAIN_DB = 0x100;

/** The file system of a loaded SQLite, with files that are ours. */
export class PageVfs {
  readonly #host: VfsHost;
  /** By `sqlite3_file*`. */
  readonly #open = new Map<number, VfsFile>();
  #next: VfsFile | undefined;
  #bytes: Uint8Array<ArrayBuffer>;
  #methods: number | undefined;
  #closeOriginal: ((file: number) => number) | undefined;

  /** Takes the place of `xOpen`; `database` is any open `sqlite3*`. */
  constructor(host: VfsHost, database: number) {
    this.#host = host;
    this.#bytes = new Uint8Array(host.memory.buffer);
    // The first member of sqlite3 is its sqlite3_vfs*.
    const vfs = this.#get(database);
    const openOriginal = this.#function<
      [number, number, number, number, number]
    >(this.#get(vfs + vfsOpen));
    const open = (
      self: number,
      name: number,
      file: number,
      flags: number,
      outFlags: number,
    ): number => {
      const result = openOriginal(self, name, file, flags, outFlags);
      if (result === SQLITE_OK && flags & SQLITE_OPEN_MAIN_DB && name !== 0)
        this.#adopt(file);
      return result;
    };
    this.#set(vfs + vfsOpen, host.addFunction(open, "iiiiii"));
  }

  /** Whether `open` opens a main file, and `file` holds the bytes of that one from then on. */
  adopt<T>(file: VfsFile, open: () => T): T {
    this.#next = file;
    try {
      const result = open();
      if (this.#next)
        throw new Error("SQLite did not open its file through xOpen.");
      return result;
    } finally {
      this.#next = undefined;
    }
  }

  #adopt(handle: number): void {
    const file = this.#next;
    this.#next = undefined;
    if (!file) return;
    this.#methods ??= this.#makeMethods(this.#get(handle));
    this.#set(handle, this.#methods);
    this.#open.set(handle, file);
  }

  #makeMethods(original: number): number {
    const { _malloc, addFunction } = this.#host;
    this.#closeOriginal = this.#function(this.#get(original + methods.close));
    const table = _malloc(methodsSize);
    this.#view().copyWithin(table, original, original + methodsSize);
    this.#set(table, 1);
    const put = (
      at: number,
      signature: string,
      call: (...values: never[]) => number,
    ) => this.#set(table + at, addFunction(call, signature));
    put(methods.close, "ii", (handle: number) => {
      this.#open.delete(handle);
      return this.#closeOriginal!(handle);
    });
    put(
      methods.read,
      "iiiij",
      (handle: number, to: number, count: number, offset: bigint) =>
        this.#read(handle, to, count, Number(offset)),
    );
    put(
      methods.write,
      "iiiij",
      (handle: number, from: number, count: number, offset: bigint) =>
        this.#change(handle, (file) =>
          file.write(this.#view().subarray(from, from + count), Number(offset)),
        ),
    );
    put(methods.truncate, "iij", (handle: number, size: bigint) =>
      this.#change(handle, (file) => file.truncate(Number(size))),
    );
    put(methods.sync, "iii", () => SQLITE_OK);
    put(methods.fileSize, "iii", (handle: number, to: number) => {
      const size = this.#open.get(handle)?.size ?? 0;
      new DataView(this.#host.memory.buffer).setBigInt64(
        to,
        BigInt(size),
        true,
      );
      return SQLITE_OK;
    });
    put(methods.lock, "iii", () => SQLITE_OK);
    put(methods.unlock, "iii", () => SQLITE_OK);
    put(methods.isReserved, "iii", (_: number, to: number) => {
      this.#set(to, 0);
      return SQLITE_OK;
    });
    put(methods.fileControl, "iiii", () => SQLITE_NOTFOUND);
    return table;
  }

  #read(handle: number, to: number, count: number, offset: number): number {
    const file = this.#open.get(handle);
    if (!file) return SQLITE_IOERR_READ;
    try {
      const found = file.read(this.#view().subarray(to, to + count), offset);
      return found < count ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
    } catch {
      // Unlike an error of the disk, this one ends only the statement, not the transaction.
      return SQLITE_ERROR;
    }
  }

  /** An exception must not pass through SQLite; the only one that there may be is that memory has run out. */
  #change(handle: number, change: (file: VfsFile) => void): number {
    const file = this.#open.get(handle);
    if (!file) return SQLITE_IOERR_READ;
    try {
      change(file);
      return SQLITE_OK;
    } catch {
      return SQLITE_IOERR_NOMEM;
    }
  }

  #function<Values extends number[]>(
    pointer: number,
  ): (...values: Values) => number {
    return this.#host.table.get(pointer) as (...values: Values) => number;
  }

  /** The memory of SQLite, which moves when it grows. */
  #view(): Uint8Array<ArrayBuffer> {
    const { buffer } = this.#host.memory;
    if (this.#bytes.buffer !== buffer) this.#bytes = new Uint8Array(buffer);
    return this.#bytes;
  }

  #get(pointer: number): number {
    return new DataView(this.#host.memory.buffer).getUint32(pointer, true);
  }

  #set(pointer: number, value: number): void {
    new DataView(this.#host.memory.buffer).setUint32(pointer, value, true);
  }
}
