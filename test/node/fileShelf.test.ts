import fc from "fast-check";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { makeFileShelf } from "../../src/node/fileShelf.ts";

test("bytes come back from the shelf as they were, in any order and as often as wanted", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 100 }), { minLength: 1 }),
      fc.infiniteStream(fc.nat()),
      (all, picks) => {
        const shelf = makeFileShelf();
        const places: object[] = [];
        for (const bytes of all) {
          places.push(shelf.keep(bytes));
          const at = picks.next().value! % places.length;
          expect(shelf.read(places[at] as never)).toEqual(all[at]);
        }
        expect(places.map((one) => shelf.read(one as never))).toEqual(all);
      },
    ),
  );
});

test("nothing of a shelf is left in the folder for temporary files, however its process ends", () => {
  const shelf = makeFileShelf();
  shelf.keep(new Uint8Array(10));
  const left = readdirSync(tmpdir()).filter((name) => name.endsWith(".rows"));
  expect(left).toEqual([]);
});
