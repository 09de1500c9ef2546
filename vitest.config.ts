import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/e2e/**"],
    environment: "node",
    // Property tests try hundreds of cases; a busy machine must not make them fail.
    testTimeout: 60_000,
  },
});
