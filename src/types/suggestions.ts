import ts from "typescript";
import { languageTypes, languageValues } from "../notebook/compile/globals.ts";
import type { CellFiles } from "./cellFiles.ts";
import { valueNames } from "./sqlValues.ts";
import type { Suggestion, Suggestions } from "./protocol.ts";

export const completionPreferences: ts.UserPreferences = {
  includeCompletionsWithInsertText: false,
  includeCompletionsForModuleExports: false,
};

/** Names that the declarations of the language need for themselves. */
const internal = new Set(["Flowbook", ...valueNames]);

/** What may stand at a place of a file; `shift` is where the cell's text begins in it. */
export function findSuggestions(
  service: ts.LanguageService,
  files: CellFiles,
  path: string,
  at: number,
  shift: number,
): Suggestions | undefined {
  const found = service.getCompletionsAtPosition(
    path,
    at,
    completionPreferences,
  );
  if (!found) return undefined;
  const isAnyName = found.isGlobalCompletion;
  const text = files.at(path)?.text ?? "";
  const word =
    /(?<![\p{ID_Continue}$])[\p{ID_Continue}$]*$/u.exec(
      text.slice(shift, at),
    )?.[0] ?? "";
  const span = found.optionalReplacementSpan;
  return {
    from: span ? span.start - shift : at - shift - word.length,
    to: span ? span.start + span.length - shift : at - shift,
    suggestions: found.entries
      .filter(({ name }) => !internal.has(name))
      .map((entry) => ({
        name: entry.name,
        kind: entry.kind,
        origin: isAnyName ? originOf(entry, files) : "near",
        isDeprecated: /\bdeprecated\b/.test(entry.kindModifiers ?? ""),
      })),
  };
}

function originOf(
  { name, kind, sortText }: ts.CompletionEntry,
  files: CellFiles,
): Suggestion["origin"] {
  if (kind === ts.ScriptElementKind.keyword) return "keyword";
  if (files.isOwned(name)) return "cell";
  if (sortText <= "11") return "near";
  return languageValues.has(name) || languageTypes.has(name)
    ? "language"
    : "platform";
}
