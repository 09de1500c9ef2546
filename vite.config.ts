import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { sandboxBundle } from "./build/sandboxBundle.ts";
import { docs } from "./build/docs.ts";
import { exampleFiles } from "./build/exampleFiles.ts";
import { firstVisit } from "./build/firstVisit.ts";
import { installable } from "./build/installable.ts";
import { language } from "./build/language.ts";
import { missingParts } from "./build/missingParts.ts";
import { pagePart } from "./build/pagePart.ts";
import { pagePolicy } from "./build/pagePolicy.ts";
import { stylesFirst } from "./build/stylesFirst.ts";
import { withoutColours } from "./build/withoutColours.ts";
import { sharedWorker } from "./build/sharedWorker.ts";
import { sqlWords } from "./build/sqlWords.ts";

export default defineConfig({
  base: "./",
  plugins: [
    language(process.env.FLOWBOOK_LANGUAGE),
    svelte(),
    sandboxBundle(),
    withoutColours(),
    sharedWorker(),
    missingParts(),
    firstVisit(),
    sqlWords(),
    pagePolicy(),
    stylesFirst(),
    exampleFiles(),
    docs(),
    installable(),
  ],
  worker: { format: "es", plugins: () => [sandboxBundle()] },
  build: {
    target: "es2023",
    sourcemap: true,
    modulePreload: {
      // The names of all scripts that parts need would be much of the page's first script; a part's own imports fetch them.
      // A worker has no document to put links to styles in.
      resolveDependencies: (part, parts, { hostId }) => {
        const styles = parts.filter((one) => one.endsWith(".css"));
        const hasNone = styles.length === 0 || /\.worker\b/.test(hostId);
        return hasNone ? [] : [part, ...styles];
      },
    },
    rolldownOptions: {
      output: {
        // A part of its own, under a name that test/size/budgets.json knows.
        codeSplitting: {
          groups: [{ name: "yaml", test: /node_modules\/yaml\// }, pagePart()],
        },
      },
    },
  },
});
