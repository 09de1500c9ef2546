import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

/** Where the words are: of each layer that says something to people, in a folder of its own. */
export const foldersOfWords = [
  "src/views/words",
  "src/pictures/words",
  "src/notebook/convert/words",
  "src/ui/words",
];
const english = foldersOfWords.map((folder) =>
  fileURLToPath(new URL(`../${folder}`, import.meta.url)),
);
/** Not a language: each text stands in brackets, so that what cannot be translated is seen on the page. */
const pseudo = "pseudo";
const bracketed = "?bracketed";

/**
 * Builds the page in another language: each module of words that has a translation of the same name in the folder
 * `<language>` beside it is replaced by that. What is not translated, a module or a name in it, stays English; a name that
 * English does not have is an error. The words of a view stay in the part of the view, so a language costs a reader of another
 * one nothing.
 */
export function language(
  name: string | undefined,
  folders: readonly string[] = english,
): Plugin {
  const isTranslation = (id: string): boolean =>
    name !== undefined &&
    folders.some((words) => dirname(id) === join(words, name));
  return {
    name: "flowbook-language",
    enforce: "pre",
    async resolveId(source, importer, options) {
      if (name === undefined || !source.endsWith(".ts")) return undefined;
      const found = await this.resolve(source, importer, {
        ...options,
        skipSelf: true,
      });
      if (!found || !folders.includes(dirname(found.id))) return undefined;
      const file = basename(found.id);
      if (name === pseudo)
        return importer?.endsWith(bracketed) || file === "language.ts"
          ? found
          : found.id + bracketed;
      const translation = join(dirname(found.id), name, file);
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
      const original = join(dirname(id), "..", file);
      const known = namesIn(readFileSync(original, "utf8"));
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
  const made = code.matchAll(/^export (?:const|function) (\w+)/gm);
  // Some are functions of core under a name of the page: `export { formatSize as size } from`.
  const taken = code.matchAll(/^export \{([^}]*)\} from/gm);
  return [
    ...[...made].map(([, one]) => one!),
    ...[...taken].flatMap(([, list]) =>
      list!
        .split(",")
        .map((one) => one.trim().split(/\s+/).at(-1)!)
        .filter(Boolean),
    ),
  ];
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
