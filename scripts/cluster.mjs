// Kills parts of a run on many machines, and checks that nothing is lost and nothing is there twice.
// node scripts/cluster.mjs [kills] [--seed n]
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { ensureDependencies, ensureDriver, root } from "./dependencies.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string" } },
});

ensureDependencies();
ensureDriver();
const child = spawn(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "test/cluster/kill.test.ts"],
  {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      FLOWBOOK_KILLS: positionals[0] ?? "40",
      ...(values.seed === undefined ? {} : { FLOWBOOK_SEED: values.seed }),
    },
  },
);
child.on("exit", (code) => process.exit(code ?? 1));
