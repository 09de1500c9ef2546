import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { notesOf } from "../../scripts/notes.mjs";
import packageFile from "../../package.json" with { type: "json" };

const root = mkdtempSync(join(tmpdir(), "flowbook-release-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const name = `flowbook-${packageFile.version}`;
const dist = join(root, "dist");
const built: Readonly<Record<string, string>> = {
  "index.html": "<!doctype html>",
  "assets/index-Ab3_x-9z.js": "export {}\n".repeat(100),
  "examples/docs/tour.flow.md": "# A tour\n",
};
for (const [file, text] of Object.entries(built)) {
  mkdirSync(join(dist, file, ".."), { recursive: true });
  writeFileSync(join(dist, file), text);
}

/** Makes a release of `dist` in a folder. */
async function release(out: string): Promise<void> {
  await promisify(execFile)(process.execPath, [
    "scripts/release.mjs",
    "--no-build",
    ...["--dist", dist, "--out", out],
  ]);
}

test("a release is the folder, its archive, checksums that hold for both, and the notes", async () => {
  const out = join(root, "first");
  await release(out);
  expect(readdirSync(out).sort()).toEqual(
    ["NOTES.md", "SHA256SUMS", name, `${name}.tar.gz`].sort(),
  );
  for (const [file, text] of Object.entries(built))
    expect(readFileSync(join(out, name, file), "utf8")).toBe(text);

  const sums = readFileSync(join(out, "SHA256SUMS"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split("  ") as [string, string]);
  expect(sums.map(([, file]) => file)).toEqual([
    `${name}.tar.gz`,
    ...Object.keys(built)
      .map((file) => `${name}/${file}`)
      .sort(),
  ]);
  for (const [sum, file] of sums)
    expect(sum, file).toBe(
      createHash("sha256")
        .update(readFileSync(join(out, file)))
        .digest("hex"),
    );

  const notes = readFileSync(join(out, "NOTES.md"), "utf8");
  expect(notes).toMatch(new RegExp(`^# Flowbook ${packageFile.version}\n`));
});

test("the archive unpacks to the folder, and is the same for the same files", async () => {
  const [one, two] = [join(root, "one"), join(root, "two")];
  await release(one);
  await release(two);
  const packed = readFileSync(join(one, `${name}.tar.gz`));
  expect(readFileSync(join(two, `${name}.tar.gz`)).equals(packed)).toBe(true);
  const unpacked = join(root, "unpacked");
  mkdirSync(unpacked);
  await promisify(execFile)("tar", [
    ...["-xzf", join(one, `${name}.tar.gz`)],
    ...["-C", unpacked],
  ]);
  for (const [file, text] of Object.entries(built))
    expect(readFileSync(join(unpacked, name, file), "utf8")).toBe(text);
});

test("the notes are what the changelog says of the version, or else of what is unreleased", () => {
  const changelog =
    "# Changelog\n\n## Unreleased\n\n- Next.\n\n## 0.1.0-beta\n\nTo try.\n\n## 0.1.0 of May\n\nThe first.\n";
  expect(notesOf(changelog, "0.1.0")).toBe("# Flowbook 0.1.0\n\nThe first.\n");
  expect(notesOf(changelog, "0.2.0")).toBe("# Flowbook 0.2.0\n\n- Next.\n");
  expect(() => notesOf("# Changelog\n", "0.2.0")).toThrow(
    'Write a section "## 0.2.0".',
  );
});
