import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { manifest } from "../../build/installable.ts";
import { sharePath } from "../../src/pwa/shared.ts";

const handled = manifest.file_handlers.flatMap(({ accept }) =>
  Object.values(accept).flat(),
);

test("the system opens notebooks, tables and databases with the app, and shares them with it", () => {
  const kinds = [".md", ".ipynb", ".csv", ".parquet", ".sqlite"];
  expect(handled).toEqual(expect.arrayContaining(kinds));
  const { method, enctype, params } = manifest.share_target;
  expect([method, enctype]).toEqual(["POST", "multipart/form-data"]);
  expect(params.files.flatMap(({ accept }) => accept)).toEqual(
    expect.arrayContaining(handled),
  );
});

test("every address of the manifest is relative, so that it holds in any folder", () => {
  const addresses = [
    ...[manifest.id, manifest.start_url, manifest.scope],
    ...manifest.icons.map(({ src }) => src),
    ...manifest.file_handlers.map(({ action }) => action),
    manifest.share_target.action,
  ];
  for (const address of addresses) expect(address).toMatch(/^\.\//);
  expect(manifest.share_target.action).toBe(`./${sharePath}`);
});

test("every icon is there, in the size that the manifest says", () => {
  for (const { src, sizes, type } of manifest.icons) {
    const bytes = readFileSync(join("public", src));
    if (type !== "image/png") continue;
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    expect(`${width}x${height}`, src).toBe(sizes);
  }
});
