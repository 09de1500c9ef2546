/** What TypeScript's language service asks of its surroundings: the settings, and the texts of cells and libraries. */
import ts from "typescript";
import { surroundingsPath, type CellFiles } from "./cellFiles.ts";

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  allowJs: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ["lib.es2023.d.ts", "lib.webworker.d.ts"],
  types: [],
};

/** `libraries` are declarations by path, `languagePath` those of the language among them. */
export function createHost(
  files: CellFiles,
  libraries: ReadonlyMap<string, string>,
  languagePath: string,
): ts.LanguageServiceHost {
  function read(path: string): string | undefined {
    if (path === surroundingsPath) return files.surroundings;
    return files.at(path)?.text ?? libraries.get(path);
  }
  return {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [languagePath, surroundingsPath, ...files.paths],
    getScriptVersion: (path) =>
      path === surroundingsPath
        ? String(files.surroundingsVersion)
        : String(files.at(path)?.version ?? 0),
    getScriptSnapshot(path) {
      const text = read(path);
      return text === undefined
        ? undefined
        : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => "/",
    getDefaultLibFileName: ({ target }) =>
      `/lib/${ts.getDefaultLibFileName({ target })}`,
    fileExists: (path) => read(path) !== undefined,
    readFile: read,
    resolveModuleNameLiterals: (literals) =>
      literals.map(({ text }) => {
        const path = files.resolve(text);
        return {
          resolvedModule:
            path === undefined
              ? undefined
              : {
                  resolvedFileName: path,
                  extension: extensionOf(path),
                },
        };
      }),
  };
}

function extensionOf(path: string): ts.Extension {
  if (path.endsWith(".d.ts")) return ts.Extension.Dts;
  return path.endsWith(".js") ? ts.Extension.Js : ts.Extension.Ts;
}
