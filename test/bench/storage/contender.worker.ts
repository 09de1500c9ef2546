/** One contender in a worker of its own, so that none of them fills the memory of another. */
import * as Comlink from "comlink";
import type { ContenderName, StorageContender } from "./contender.ts";
import { exportStorage } from "./exportStorage.ts";
import { flowbookStorage } from "./flowbookStorage.ts";
import { opfsStorage } from "./opfsStorage.ts";

let contender: StorageContender | undefined;

const service = {
  /** Opens the contender's database of that name. */
  async open(name: ContenderName, database: string): Promise<void> {
    contender = make(name, database);
    await contender.open();
  },
  /** Commits, and says how many milliseconds it took. */
  async commit(sql: string): Promise<number> {
    const begun = performance.now();
    await contender!.commit(sql);
    const time = performance.now() - begun;
    await contender!.rest();
    return time;
  },
  first: (sql: string): Promise<unknown> => contender!.first(sql),
  close: (): Promise<void> => contender!.close(),
};

export type ContenderService = typeof service;

function make(name: ContenderName, database: string): StorageContender {
  switch (name) {
    case "Flowbook":
      return flowbookStorage(database, false);
    case "Flowbook, comparing exports":
      return flowbookStorage(database, true);
    case "export() and one value":
      return exportStorage(database);
    case "sqlite-wasm, opfs-sahpool":
      return opfsStorage(database);
  }
}

Comlink.expose(service);
