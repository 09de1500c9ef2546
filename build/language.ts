import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const english = fileURLToPath(new URL("../src/ui/words", import.meta.url));
/** Not a language: each text stands in brackets, so that what cannot be translated is seen on the page. */
const pseudo = "pseudo";
const bracketed = "?bracketed";

/**
 * Builds the page in another language: each module of `src/ui/words` that has a translation of the same name in
 * `src/ui/words/<language>` is replaced by it. What is not translated, a module or a name in it, stays English; a name that
 * English does not have is an error. The words of a view stay in the part of the view, so a language costs a reader of another
 * one nothing.
 */
export function language(name: string | undefined, words = english): Plugin {
  const folder = join(words, name ?? "");
  const isTranslation = (id: string): boolean =>
    name !== undefined && dirname(id) === folder;
  return {
    name: "flowbook-language",
    enforce: "pre",
    async resolveId(source, importer, options) {
      if (name === undefined || !source.endsWith(".ts")) return undefined;
      const found = await this.resolve(source, importer, {
        ...options,
        skipSelf: true,
      });
      if (!found || dirname(found.id) !== words) return undefined;
      const file = basename(found.id);
      if (name === pseudo)
        return importer?.endsWith(bracketed) || file === "language.ts"
          ? found
          : found.id + bracketed;
      const translation = join(folder, file);
      // A translation takes from the English module of its name what it lacks.
      return importer !== translation && existsSync(translation)
        ? translation
        : found;
    },
    load(id) {
      if (!id.endsWith(bracketed)) return undefined;
      const original = id.slice(0, -bracketed.length);
      return inBrackets(original, namesIn(readFileSync(original, "utf8")));
    },
    transform(code, id) {
      if (!isTranslation(id)) return undefined;
      const file = basename(id);
      const known = namesIn(readFileSync(join(words, file), "utf8"));
      for (const one of namesIn(code))
        if (!known.includes(one))
          this.error(
            `${name}/${file} translates ${one}, which ${file} does not have. Take it out, or correct the name.`,
          );
      // What is exported here hides what comes with the star.
      return { code: `${code}\nexport * from "../${file}";`, map: null };
    },
    transformIndexHtml: (html) =>
      name === undefined
        ? html
        : html.replace('<html lang="en"', `<html lang="${name}"`),
  };
}

/** What a module of words exports. */
function namesIn(code: string): string[] {
  return [...code.matchAll(/^export (?:const|function) (\w+)/gm)].map(
    ([, one]) => one!,
  );
}

function inBrackets(original: string, names: readonly string[]): string {
  return `
import * as words from ${JSON.stringify(original)};
const put = (word) =>
  typeof word === "string" ? "⟦" + word + "⟧"
  : typeof word === "function" ? (...values) => put(word(...values))
  : Object.fromEntries(Object.entries(word).map(([name, one]) => [name, put(one)]));
${names.map((one) => `export const ${one} = put(words.${one});`).join("\n")}
`;
}
