import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const words = fileURLToPath(new URL("../src/ui/words", import.meta.url));

/**
 * Builds the page in another language: each module of `src/ui/words` that has a translation of the same name in
 * `src/ui/words/<language>` is replaced by it. What is not translated stays English. The words of a view stay in the part of
 * the view, so a language costs a reader of another one nothing.
 */
export function language(name: string | undefined): Plugin {
  return {
    name: "flowbook-language",
    enforce: "pre",
    async resolveId(source, importer, options) {
      if (name === undefined || !/\bwords\/|^\.\/language\.ts$/.test(source))
        return undefined;
      const found = await this.resolve(source, importer, {
        ...options,
        skipSelf: true,
      });
      if (found === null || dirname(found.id) !== words) return undefined;
      const translated = join(words, name, basename(found.id));
      return existsSync(translated) && translated !== importer
        ? translated
        : found;
    },
    transformIndexHtml: (html) =>
      name === undefined
        ? html
        : html.replace('<html lang="en"', `<html lang="${name}"`),
  };
}
