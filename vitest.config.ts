import { defineConfig } from "vitest/config";

/** Tests that change what their process has, by which others would be misled: sandboxes take globals away, pages are made to end, programs are started. */
const alone = [
  "test/engine/sandbox/**/*.test.ts",
  "test/storage/**/*.test.ts",
  "test/node/**/*.test.ts",
];
/** Tests of several processes that wait for each other most of the time, and work against the clock: when all others are done. */
const onMachines = ["test/cluster/**/*.test.ts"];

export default defineConfig({
  test: {
    environment: "node",
    // Property tests try hundreds of cases; a busy machine must not make them fail.
    testTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "alone",
          include: alone,
          // The default leaves one processor out, which is half of two.
          maxWorkers: "100%",
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "together",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", ...alone, ...onMachines],
          // Modules are loaded once a process instead of once a file: half of the time.
          isolate: false,
          maxWorkers: "100%",
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "on machines",
          include: onMachines,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
