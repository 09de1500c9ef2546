import { defineConfig } from "@playwright/test";
import { testArguments } from "./scripts/browserArguments.mjs";
import type { EngineName } from "./test/engines/fixture.ts";

/** Any path but the root: the app has to work in every folder of a host. */
const base = "/some/sub/path/";
const port = Number(process.env["FLOWBOOK_TEST_PORT"] ?? 4187);
/** What only Firefox does. */
const ofFirefox = "engines/firefox*.spec.ts";
/** What is about the browser as people have it, with its profile and its processes; the others have Chromium without a window. */
const ofWholeBrowser = [
  "engines/**/*.spec.ts",
  "e2e/{installed,sandbox,smoke}.spec.ts",
];
const whole = process.env["CHROMIUM_PATH"];
const shell = process.env["CHROMIUM_SHELL_PATH"] ?? whole;

function launching(executablePath: string | undefined) {
  return {
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: testArguments,
    },
  };
}

export default defineConfig<object, { engineName: EngineName }>({
  testDir: "test",
  outputDir: "test-results",
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env["CI"]),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  // The JSON goes to a file named by scripts/test.mjs; by hand there is only the list.
  reporter: process.env["PLAYWRIGHT_JSON_OUTPUT_NAME"]
    ? [["list"], ["json"]]
    : [["list"]],
  use: {
    baseURL: `http://localhost:${port}${base}`,
    trace: "off",
    // To install the app takes longer than most tests; those that are about it allow it.
    serviceWorkers: "block",
    ...launching(whole),
  },
  projects: [
    {
      name: "chromium",
      testMatch: ofWholeBrowser,
      testIgnore: ofFirefox,
    },
    {
      name: "shell",
      testMatch: "e2e/**/*.spec.ts",
      testIgnore: ofWholeBrowser,
      use: launching(shell),
    },
    {
      name: "firefox",
      testMatch: "engines/**/*.spec.ts",
      use: { engineName: "firefox" },
    },
    {
      name: "webkit",
      testMatch: "engines/**/*.spec.ts",
      testIgnore: ofFirefox,
      use: { engineName: "webkit" },
    },
  ],
  webServer: {
    command: `node scripts/serve.mjs dist --base ${base} --port ${port} --strict-port`,
    url: `http://localhost:${port}${base}`,
    reuseExistingServer: false,
  },
});
