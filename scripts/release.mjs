// Makes a release in `release`: the built folder, the same as an archive, checksums of both, and the notes.
// node scripts/release.mjs [--no-build] [--dist folder] [--out folder]
// `sha256sum -c SHA256SUMS` in that folder checks all of it. The same build makes the same release, byte by byte.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { root } from "./dependencies.mjs";
import { archive } from "./tar.mjs";
import { notesOf } from "./notes.mjs";

const { values } = parseArgs({
  options: {
    "no-build": { type: "boolean", default: false },
    dist: { type: "string", default: join(root, "dist") },
    out: { type: "string", default: join(root, "release") },
  },
});
const { dist, out } = values;
const { version } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);
const name = `flowbook-${version}`;
const notes = notesOf(
  readFileSync(join(root, "CHANGELOG.md"), "utf8"),
  version,
);

if (!values["no-build"])
  execFileSync(
    process.execPath,
    [join(root, "node_modules/vite/bin/vite.js"), "build", "--outDir", dist],
    { cwd: root, stdio: "inherit" },
  );

const files = readdirSync(dist, { recursive: true })
  .filter((file) => statSync(join(dist, file)).isFile())
  .map((file) => file.replaceAll("\\", "/"))
  .sort()
  .map((file) => ({ name: file, bytes: readFileSync(join(dist, file)) }));
const packed = gzipSync(archive(name, files), { level: 9 });

rmSync(out, { recursive: true, force: true });
mkdirSync(out);
cpSync(dist, join(out, name), { recursive: true });
writeFileSync(join(out, `${name}.tar.gz`), packed);
writeFileSync(
  join(out, "SHA256SUMS"),
  [
    { name: `${name}.tar.gz`, bytes: packed },
    ...files.map((file) => ({ ...file, name: `${name}/${file.name}` })),
  ]
    .map((file) => `${sha256(file.bytes)}  ${file.name}\n`)
    .join(""),
);
writeFileSync(join(out, "NOTES.md"), notes);
console.log(
  `${join(out, name)}, ${files.length} files; ${name}.tar.gz, ${packed.length} bytes`,
);

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
