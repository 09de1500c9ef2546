import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection } from "../engine/database/sqlite.ts";
import type { Driver } from "./driver.ts";

/** An empty database that others can attach, and that is gone when it is closed. */
export function openTemporary(driver: Driver): Connection {
  const folder = mkdtempSync(join(tmpdir(), "flowbook-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const connection = driver.open(join(folder, "history.sqlite"));
  connection.run("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
  process.once("exit", remove);
  const close = connection.close.bind(connection);
  connection.close = () => {
    close();
    process.off("exit", remove);
    remove();
  };
  return connection;
}
