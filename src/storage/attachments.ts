/**
 * The files of a notebook, in two kinds of entries of its store: under its name what is known of a file, and under the hash of its
 * content the content, once for all files that have it. So a copy or another name costs nothing.
 *
 * Formats before kept the content with the name (`blob`); such entries are read as they are and go when the file is written.
 */
import { promisifyRequest } from "idb-keyval";
import { hashContent } from "../core/contentHash.ts";
import { FlowError } from "../core/errors.ts";
import type { StoredFile } from "../engine/services.ts";
import { hasProperty, isNamed, keysUnder, type Store } from "./useStore.ts";

interface FileEntry {
  meta: StoredFile;
  blob?: Blob | ArrayBuffer;
}

export class Attachments {
  readonly #use: Store["use"];

  constructor(use: Store["use"]) {
    this.#use = use;
  }

  /** Keeps a file, in the place of one of that name. */
  async write(name: string, blob: Blob): Promise<StoredFile> {
    const hash = await hashContent(blob);
    const meta = { name, size: blob.size, hash, addedAt: Date.now() };
    try {
      await this.#put(meta, blob);
    } catch (thrown) {
      if (isNamed(thrown, "QuotaExceededError")) throw thrown;
      // WebKit keeps no Blob in a private window, and says it with one error or another, or with none (webkit.org/b/156347).
      await this.#put(meta, await blob.arrayBuffer());
    }
    return meta;
  }

  #put(meta: StoredFile, content: Blob | ArrayBuffer): Promise<void> {
    return this.#change(async (store) => {
      const old = await this.#entry(store, meta.name);
      store.put({ meta } satisfies FileEntry, ["file", meta.name]);
      if ((await this.#count(store, meta.hash)) === 0)
        store.put(content, ["blob", meta.hash]);
      await this.#dropUnused(store, old);
    });
  }

  async read(name: string): Promise<Blob | undefined> {
    const content = await this.#use("readonly", async (store) => {
      const entry = await this.#entry(store, name);
      if (!entry || entry.blob) return entry?.blob;
      return promisifyRequest<Blob | ArrayBuffer | undefined>(
        store.get(["blob", entry.meta.hash]),
      );
    });
    return content instanceof ArrayBuffer ? new Blob([content]) : content;
  }

  /** The hash of a file's content. */
  async hash(name: string): Promise<string | undefined> {
    const entry = await this.#use("readonly", (store) =>
      this.#entry(store, name),
    );
    return entry?.meta.hash;
  }

  list(): Promise<StoredFile[]> {
    return this.#use("readonly", listFiles);
  }

  async remove(name: string): Promise<void> {
    await this.#change(async (store) => {
      const old = await this.#entry(store, name);
      store.delete(["file", name]);
      await this.#dropUnused(store, old);
    });
  }

  /** Gives a file another name; rejects if that is taken. */
  async rename(from: string, to: string): Promise<void> {
    await this.#change(async (store) => {
      const entry = await this.#entry(store, from);
      if (!entry)
        throw new FlowError(
          "missing-attachment",
          `There is no file ${from} to rename.`,
        );
      if (await this.#entry(store, to))
        throw new FlowError(
          "duplicate-name",
          `There is a file ${to} already. Choose another name, or remove that one first.`,
        );
      store.put({ ...entry, meta: { ...entry.meta, name: to } }, ["file", to]);
      store.delete(["file", from]);
    });
  }

  async #change(work: (store: IDBObjectStore) => Promise<void>): Promise<void> {
    await this.#use("readwrite", (store) =>
      Promise.all([work(store), promisifyRequest(store.transaction)]),
    );
  }

  async #entry(
    store: IDBObjectStore,
    name: string,
  ): Promise<FileEntry | undefined> {
    const found: unknown = await promisifyRequest(store.get(["file", name]));
    return isEntry(found) ? found : undefined;
  }

  #count(store: IDBObjectStore, hash: string): Promise<number> {
    return promisifyRequest(store.count(["blob", hash]));
  }

  /** Drops the content of an entry that is no more, unless another file has it too. */
  async #dropUnused(
    store: IDBObjectStore,
    old: FileEntry | undefined,
  ): Promise<void> {
    if (!old) return;
    const { hash } = old.meta;
    const entries = await allEntries(store);
    const isUsed = entries.some(
      ({ meta, blob }) => !blob && meta.hash === hash,
    );
    if (!isUsed) store.delete(["blob", hash]);
  }
}

/** The files of a notebook, as a transaction finds them. */
export async function listFiles(store: IDBObjectStore): Promise<StoredFile[]> {
  return (await allEntries(store)).map(({ meta }) => meta);
}

async function allEntries(store: IDBObjectStore): Promise<FileEntry[]> {
  const found = await promisifyRequest<unknown[]>(
    store.getAll(keysUnder("file")),
  );
  return found.filter(isEntry);
}

function isEntry(found: unknown): found is FileEntry {
  const { meta } = (found ?? {}) as Partial<FileEntry>;
  return (
    hasProperty(meta, "name", "string") &&
    hasProperty(meta, "size", "number") &&
    hasProperty(meta, "addedAt", "number")
  );
}
