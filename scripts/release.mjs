// Makes a release in `release`: the built folder as an archive, checksums of the archive and of every file, and the notes.
// node scripts/release.mjs [--no-build]
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "./dependencies.mjs";
import { archive } from "./tar.mjs";
import { notesOf } from "./notes.mjs";

const { version } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);
const dist = join(root, "dist");
const out = join(root, "release");
const name = `flowbook-${version}`;

if (!process.argv.includes("--no-build"))
  execFileSync(
    process.execPath,
    [join(root, "node_modules/vite/bin/vite.js"), "build"],
    { cwd: root, stdio: "inherit" },
  );

const files = readdirSync(dist, { recursive: true })
  .filter((file) => statSync(join(dist, file)).isFile())
  .sort()
  .map((file) => ({ name: file, bytes: readFileSync(join(dist, file)) }));
const packed = gzipSync(archive(name, files), { level: 9 });

rmSync(out, { recursive: true, force: true });
mkdirSync(out);
writeFileSync(join(out, `${name}.tar.gz`), packed);
writeFileSync(
  join(out, "SHA256SUMS"),
  [{ name: `${name}.tar.gz`, bytes: packed }, ...files]
    .map((file) => `${sha256(file.bytes)}  ${file.name}\n`)
    .join(""),
);
writeFileSync(
  join(out, "NOTES.md"),
  notesOf(readFileSync(join(root, "CHANGELOG.md"), "utf8"), version),
);
console.log(
  `release/${name}.tar.gz, ${packed.length} bytes, ${files.length} files`,
);

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
