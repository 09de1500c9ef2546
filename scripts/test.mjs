// Runs the project's checks, goes on after one that failed, and ends with the line `N passed, N failed`.
// node scripts/test.mjs [--parallel] [steps ...]; without names all but those that run on demand, one after another.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureDependencies, root } from "./dependencies.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { parallel: { type: "boolean", default: false } },
});

ensureDependencies();

const reports = mkdtempSync(join(tmpdir(), "flowbook-test-"));
const unitReport = join(reports, "unit.json");

/**
 * What each step runs, in order; `needs` is what of prepare.mjs it needs, `after` the step before, if it needs that one;
 * `count` reads how many tests passed and failed, where a step is more than one.
 */
const steps = {
  // Of all TypeScript, not of components alone.
  types: {
    command: [
      "node_modules/svelte-check/bin/svelte-check",
      "--tsconfig",
      "tsconfig.json",
      "--fail-on-warnings",
      "--output",
      "human",
    ],
  },
  lint: {
    command: [
      "node_modules/eslint/bin/eslint.js",
      ".",
      "--max-warnings",
      "0",
      "--cache",
      "--cache-location",
      "node_modules/.cache/eslint",
    ],
  },
  format: {
    command: [
      "node_modules/prettier/bin/prettier.cjs",
      "--check",
      "--log-level",
      "warn",
      "--cache",
      ".",
    ],
  },
  unit: {
    command: [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--reporter=dot",
      "--reporter=json",
      `--outputFile.json=${unitReport}`,
    ],
    needs: ["driver", "redis"],
    count: countUnit,
  },
  build: { command: ["node_modules/vite/bin/vite.js", "build"] },
  size: { command: ["scripts/size.mjs"], after: "build" },
  browser: browserStep(
    ["chromium", "shell"],
    async ({ findChromium, findChromiumShell }) => {
      const browser = await findChromium();
      return (
        browser && {
          CHROMIUM_PATH: browser,
          CHROMIUM_SHELL_PATH: findChromiumShell() ?? browser,
        }
      );
    },
  ),
  firefox: browserStep(["firefox"], ({ findFirefox }) => {
    const browser = findFirefox();
    return browser && { FIREFOX_PATH: browser };
  }),
  webkit: {
    ...browserStep(["webkit"], ({ hasWebkit }) => hasWebkit() && {}),
    isOnlyOnDemand: true,
  },
};

const chosen = Object.keys(steps).filter((name) =>
  positionals.length > 0
    ? positionals.includes(name)
    : !steps[name].isOnlyOnDemand,
);
const unknown = positionals.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(
    `There is no step ${unknown.join(", ")}. The steps are: ${Object.keys(steps).join(", ")}.`,
  );
  process.exit(1);
}

const total = { passed: 0, failed: 0 };
/** Beside the first steps: compiling and installing leave a processor idle most of the time. */
const prepared = prepare([
  ...new Set(chosen.flatMap((name) => steps[name].needs ?? [])),
]);
/** Those that are on their way or over, by name. */
const begun = new Map();
/** These measure nothing and wait for nobody, so two at a time are quicker. */
const still = ["types", "lint", "format", "build", "size"];
await runAll(
  chosen.filter((name) => still.includes(name)),
  2,
);
await runAll(
  chosen.filter((name) => !still.includes(name)),
  values.parallel ? 2 : 1,
);
rmSync(reports, { recursive: true, force: true });
process.exitCode = total.failed > 0 ? 1 : 0;
console.log(`${total.passed} passed, ${total.failed} failed`);

async function runAll(names, together) {
  const queue = [...names];
  await Promise.all(
    Array.from({ length: together }, async () => {
      for (let name = queue.shift(); name; name = queue.shift()) {
        const over = runInTurn(name);
        begun.set(name, over);
        await over;
      }
    }),
  );
}

async function runInTurn(name) {
  const { needs, after } = steps[name];
  await begun.get(after);
  if (needs) await prepared;
  await runStep(name);
}

async function prepare(needs) {
  if (needs.length === 0) return;
  const child = spawn(
    process.execPath,
    [join(root, "scripts/prepare.mjs"), ...needs],
    { cwd: root, stdio: "inherit" },
  );
  // What could not be had is said by the step that needs it.
  await new Promise((done) => child.on("close", done).on("error", done));
}

async function runStep(name) {
  const { command, find, count } = steps[name];
  const started = performance.now();
  let result;
  try {
    result = await run(command, await find?.());
  } catch (error) {
    result = { isOk: false, output: error.message };
  }
  const tests = count?.() ?? { passed: 0, failed: 0 };
  const hasTests = tests.passed + tests.failed > 0;
  // A step that fails without a failed test to show for it (it could not start, say) counts as one.
  if (result.isOk && !hasTests) tests.passed = 1;
  if (!result.isOk && tests.failed === 0) tests.failed = 1;
  total.passed += tests.passed;
  total.failed += tests.failed;

  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const counted = hasTests
    ? `, ${tests.passed} passed, ${tests.failed} failed`
    : "";
  const output = shorten(result.output, result.isOk ? 12 : 150);
  console.log(
    `\n=== ${name}: ${tests.failed === 0 ? "ok" : "FAILED"} (${seconds} s${counted})${output ? `\n${output}` : ""}`,
  );
}

function run([script, ...args], extraEnv = {}) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...extraEnv, NO_COLOR: "1", FORCE_COLOR: "0" },
    });
    const chunks = [];
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.stderr.on("data", (chunk) => chunks.push(chunk));
    child.on("error", (error) => done({ isOk: false, output: error.message }));
    child.on("close", (code) =>
      done({ isOk: code === 0, output: Buffer.concat(chunks).toString() }),
    );
  });
}

/** The last lines of an output, where the summary stands. */
function shorten(output, most) {
  const lines = output
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !/NO_COLOR|trace-warnings/.test(line));
  const left = lines.length - most;
  return (
    left > 0 ? [`... ${left} lines more above`, ...lines.slice(-most)] : lines
  )
    .map((line) => `    ${line}`)
    .join("\n");
}

function countUnit() {
  const report = readReport(unitReport);
  return (
    report && { passed: report.numPassedTests, failed: report.numFailedTests }
  );
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * The tests of a browser: projects of playwright.config.ts, the first with its name. `find` gives what the environment has to
 * name for it, and nothing where the browser is not to be had, which is a failure: a browser that is not tested is not supported.
 */
function browserStep(projects, find) {
  const report = join(reports, `${projects[0]}.json`);
  return {
    command: [
      "node_modules/@playwright/test/cli.js",
      "test",
      ...projects.map((project) => `--project=${project}`),
    ],
    needs: ["driver", projects[0]],
    find: async () => {
      const found = await find(await import("./browser.mjs"));
      if (!found)
        throw new Error(
          `The tests in ${projects[0]} did not run: it is not on PATH, and could not be installed. README.md says how to name one.`,
        );
      return {
        ...found,
        FLOWBOOK_TEST_PORT: String(await findFreePort()),
        PLAYWRIGHT_JSON_OUTPUT_NAME: report,
      };
    },
    count: () => {
      const stats = readReport(report)?.stats;
      return (
        stats && {
          passed: stats.expected + stats.flaky,
          failed: stats.unexpected,
        }
      );
    },
  };
}

function findFreePort() {
  return new Promise((done, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "localhost", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
