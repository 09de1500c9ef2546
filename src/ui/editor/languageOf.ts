/** What the editor knows of the language of a cell. */
import { autocompletion } from "@codemirror/autocomplete";
import { javascript } from "@codemirror/lang-javascript";
import { markdown } from "@codemirror/lang-markdown";
import type { Extension } from "@codemirror/state";
import { EditorView, placeholder } from "@codemirror/view";
import type { CellKind } from "../../notebook/document.ts";
import { emptyHints } from "../words/notebook.ts";
import { numberedLines } from "./besideText.ts";
import { callHelp } from "./callHelp.ts";
import { completeCode } from "./codeCompletion.ts";
import { codeHover } from "./codeHover.ts";
import { codeNavigation } from "./codeNavigation.ts";
import { query } from "./queryLanguage.ts";
import { insideValues, isInValue, outsideValues } from "./queryValues.ts";
import {
  completeColumns,
  completeKeywords,
  completeTables,
} from "./sqlCompletion.ts";
import type { Surroundings } from "./surroundings.ts";

const completion = { icons: false, maxRenderedOptions: 60 };

/** Reads and colours the text of a cell, and helps with writing it. */
export function languageOf(
  kind: CellKind,
  surroundings: Surroundings,
): Extension {
  switch (kind) {
    case "ts":
    case "js":
      return [
        numberedLines,
        javascript({ typescript: kind === "ts" }),
        autocompletion({
          ...completion,
          override: [completeCode(surroundings)],
        }),
        codeHover(surroundings),
        callHelp(surroundings),
        codeNavigation(surroundings),
        placeholder(emptyHints[kind]),
      ];
    case "sql": {
      const ofQuery = [
        completeTables(surroundings),
        completeColumns(surroundings),
        completeKeywords,
      ];
      return [
        numberedLines,
        query(),
        autocompletion({
          ...completion,
          override: [
            ...ofQuery.map(outsideValues),
            insideValues(completeCode(surroundings)),
          ],
        }),
        codeHover(surroundings, isInValue),
        callHelp(surroundings, isInValue),
        codeNavigation(surroundings),
        placeholder(emptyHints[kind]),
      ];
    }
    case "md":
      return [
        markdown(),
        EditorView.lineWrapping,
        EditorView.theme({ ".cm-line": { padding: "0 12px" } }),
        placeholder(emptyHints[kind]),
      ];
    default:
      return kind satisfies never;
  }
}
