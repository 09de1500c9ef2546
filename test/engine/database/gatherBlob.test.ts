import { expect, test } from "vitest";
import { gatherBlob } from "../../../src/engine/database/gatherBlob.ts";

test.each([0, 1, 8, 21])(
  "a Blob of %i parts has their bytes in order",
  async (count) => {
    const parts = Array.from({ length: count }, (_, at) =>
      Uint8Array.of(at, at + 100),
    );
    const blob = await gatherBlob(parts, "application/vnd.sqlite3");
    expect(blob.type).toBe("application/vnd.sqlite3");
    expect([...new Uint8Array(await blob.arrayBuffer())]).toEqual(
      parts.flatMap((part) => [...part]),
    );
  },
);
