import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { sandboxBundle } from "./build/sandboxBundle.ts";
import { firstChunk } from "./build/firstChunk.ts";
import { pagePolicy } from "./build/pagePolicy.ts";

export default defineConfig({
  base: "./",
  plugins: [svelte(), sandboxBundle(), pagePolicy()],
  worker: { format: "es", plugins: () => [sandboxBundle()] },
  build: {
    target: "es2023",
    sourcemap: true,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: firstChunk() }] } },
    },
  },
});
