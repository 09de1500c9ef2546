import type { Plugin } from "vite";

/** What Vite's helper, which fetches parts with their styles, says, and what it is to say. */
const changes: readonly (readonly [RegExp, string])[] = [
  // Workers share it with the page, and have no window.
  [/\bwindow\.dispatchEvent\(/, "self.dispatchEvent("],
  // It would take styles that could not be fetched for loaded when they are wanted again.
  [/(\(err\) => \{\s*)seen\[href\] = void 0;/, "$1delete seen[href];"],
  [/if \(e\.type === "error"\) (?=rej\()/, "$&link.remove(), "],
];

/** Makes a part of the app that could not be fetched one that is told of in workers too, and fetched whole when it is wanted again. */
export function missingParts(): Plugin {
  return {
    name: "flowbook-missing-parts",
    apply: "build",
    transform(code, id) {
      if (!id.includes("vite/preload-helper")) return null;
      for (const [before, after] of changes) {
        if (!before.test(code))
          this.error(`Vite's helper for parts no longer has ${before}.`);
        code = code.replace(before, after);
      }
      return { code, map: null };
    },
  };
}
