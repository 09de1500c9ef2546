/** The two ways in which SQLite comes to the bytes of a file. */
import { pageSize } from "../../core/pages.ts";
import type { FileAccess } from "./databaseFile.ts";
import type { PageFile } from "./pageFile.ts";
import type { PageVfs } from "./pageVfs.ts";
import {
  newConnection,
  openSecond,
  type LoadedModule,
} from "./sqliteModule.ts";

/** SQLite works on our bytes: nothing is copied, and what changes is known. */
export function ownAccess(loaded: LoadedModule, vfs: PageVfs): FileAccess {
  const { module } = loaded;
  return {
    open: (file) => vfs.adopt(file, () => newConnection(module)),
    openReader: (file, writer) =>
      openSecond(loaded, writer, (open) => vfs.adopt(file.committed, open)),
    maySpill: true,
    collect: () => undefined,
    attach(connection, file, schema) {
      vfs.adopt(file, () => connection.run(`ATTACH '/${schema}' AS ${schema}`));
    },
    copyUsed(connection, file) {
      vfs.adopt(file, () => connection.run("VACUUM INTO '/flowbook_copy'"));
    },
  };
}

/**
 * SQLite has bytes of its own, and what it exports is compared with ours: slower, and it needs twice the memory, but nothing in
 * it could cease to work.
 */
export function comparedAccess(loaded: LoadedModule): FileAccess {
  const { module } = loaded;
  return {
    open(file) {
      const bytes = new Uint8Array(file.size);
      file.read(bytes, 0);
      return newConnection(module, bytes.length > 0 ? bytes : undefined);
    },
    openReader: (_, writer) => openSecond(loaded, writer),
    maySpill: false,
    collect: (file, reader) => takeOver(file, reader.export()),
    attach: undefined,
    copyUsed: undefined,
  };
}

function takeOver(file: PageFile, bytes: Uint8Array): void {
  const known = new Uint8Array(pageSize);
  for (let at = 0; at < bytes.length; at += pageSize) {
    const next = bytes.subarray(at, at + pageSize);
    const count = file.read(known.subarray(0, next.length), at);
    if (count < next.length || !isSame(next, known)) file.write(next, at);
  }
  file.truncate(bytes.length);
}

function isSame(some: Uint8Array, others: Uint8Array): boolean {
  for (let at = 0; at < some.length; at += 1)
    if (some[at] !== others[at]) return false;
  return true;
}
