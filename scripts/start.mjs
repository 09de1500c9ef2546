// npm start: install if needed, build, serve, and say where.
import { spawnSync } from "node:child_process";
import { ensureDependencies, root } from "./dependencies.mjs";
import { serve } from "./serve.mjs";

ensureDependencies();

console.log("Building ...");
const { status } = spawnSync(
  process.execPath,
  ["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"],
  { cwd: root, stdio: "inherit" },
);
if (status !== 0) {
  console.error("The build failed; the reason stands above.");
  process.exit(1);
}

const { url } = await serve({ folder: `${root}/dist` });
console.log(`\nFlowbook is at ${url}\nPress Ctrl+C to stop.`);
