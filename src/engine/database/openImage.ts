import { FlowError } from "../../core/errors.ts";
import { readAll } from "./execute.ts";
import type { Connections, Sqlite } from "./sqlite.ts";

/** A database that was opened, and why it could not be used if so: `connections` are then those of an empty one. */
export interface OpenedImage {
  connections: Connections;
  damage: FlowError | undefined;
}

/** Opens what was found in the store as a database; `size` is how many bytes it must have. */
export function openImage(
  sqlite: Sqlite,
  stored: unknown,
  size: number,
): OpenedImage {
  let reason: string;
  if (stored === undefined && size === 0)
    return { connections: sqlite.connect(undefined), damage: undefined };
  if (!(stored instanceof Uint8Array)) {
    reason =
      stored === undefined ? "it is missing" : "it is not a file of bytes";
  } else if (stored.byteLength !== size) {
    reason = `it has ${stored.byteLength.toLocaleString("en")} bytes and should have ${size.toLocaleString("en")}`;
  } else {
    let connections: Connections | undefined;
    try {
      connections = sqlite.connect(stored);
      const found = readAll(connections.reader, "PRAGMA quick_check(5)").flat();
      if (found[0] === "ok") return { connections, damage: undefined };
      reason = found.join("; ");
    } catch (thrown) {
      reason = thrown instanceof Error ? thrown.message : String(thrown);
    }
    connections?.close();
  }
  return {
    connections: sqlite.connect(undefined),
    damage: new FlowError(
      "storage-damaged",
      `The stored database of this notebook is damaged: ${reason}. It was left as it is, and nothing will be written over it. Download it from the Tables pane to save what can be saved; to go on, open the notebook's text as a new notebook and run it there.`,
    ),
  };
}
