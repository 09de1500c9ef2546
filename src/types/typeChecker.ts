/** The language service of TypeScript over the cells of one notebook. Runs anywhere: it is given the libraries as texts. */
import ts from "typescript";
import type { Replacement } from "../notebook/findChange.ts";
import { CellFiles, type CellFile } from "./cellFiles.ts";
import { findDrawnRefs } from "./drawnRefs.ts";
import { describe, ownComment, toCallForm } from "./descriptions.ts";
import { isCircle, isFollowUp } from "./followUps.ts";
import { createHost } from "./languageHost.ts";
import { isFieldAt, partsAround } from "./nameKind.ts";
import { meantInstead, plainWords, wordsOfValue } from "./plainWords.ts";
import { binder } from "./sqlValues.ts";
import { findTakenNames } from "./takenNames.ts";
import { completionPreferences, findSuggestions } from "./suggestions.ts";
import {
  inNoFlow,
  Mentions,
  notToBeKept,
  taskAt,
  tasksOf,
  whyNotKept,
  type TaskDefinition,
} from "./taskProblems.ts";
import type {
  CallHelp,
  CellSpan,
  Description,
  Renaming,
  Span,
  Suggestions,
  TypeChecker,
  TypeProblem,
} from "./protocol.ts";

const formatSettings: ts.FormatCodeSettings = {
  ...ts.getDefaultFormatCodeSettings("\n"),
  indentSize: 2,
  tabSize: 2,
};

/** A file with the tasks that it defines. */
interface FileTasks {
  file: CellFile;
  parsed: ts.SourceFile | undefined;
  tasks: readonly TaskDefinition[];
}

/** What the compiler of cells says itself, and better. */
const saidElsewhere = new Set([
  2300, // two definitions of one name
  2451, // the same, of const and let
  2440, // an import and a definition of one name
  2395, // the same, one of them exported
  2323, // two exports of one name
  2484, // the same
]);

/** Makes a type checker; `libraries` are the declarations by path, `languagePath` those of the language among them. */
export function createTypeChecker(
  libraries: ReadonlyMap<string, string>,
  languagePath: string,
): TypeChecker {
  const files = new CellFiles();
  const service = ts.createLanguageService(
    createHost(files, libraries, languagePath),
    ts.createDocumentRegistry(),
  );

  function checkFile(
    { file, parsed, tasks }: FileTasks,
    isTask: (name: string) => boolean,
  ): TypeProblem[] {
    const shift = file.shift ?? 0;
    const { length } = file.cell.source;
    // A text that cannot be read is the compiler's to complain of; its types say nothing yet.
    if (service.getSyntacticDiagnostics(file.path).length > 0) return [];
    if (file.cell.kind === "js") return [];
    return service
      .getSemanticDiagnostics(file.path)
      .flatMap((found, _, all) => {
        const { code, start = 0, length: size = 0, messageText } = found;
        const from = start - shift;
        if (from < 0 || from > length || saidElsewhere.has(code)) return [];
        if (parsed && isFollowUp(found, all, parsed)) return [];
        const message = ts.flattenDiagnosticMessageText(messageText, "\n");
        const to = Math.min(from + size, length);
        const instead = meantInstead(message, file.cell.source.slice(from, to));
        return {
          cell: file.cell.id,
          code: isCircle(found)
            ? ("cell-cycle" as const)
            : ("type-mismatch" as const),
          severity: "error" as const,
          isForLater: false,
          from,
          to,
          ...(instead === undefined ? {} : { instead }),
          message: file.values ? wordsOfValue(message) : plainWords(message),
          task: parsed && taskAt(parsed, start, tasks, isTask),
        };
      });
  }

  /** What is asked of refs in flow bodies before they have a value. */
  function checkFlows(
    program: ts.Program,
    { file: { shift, cell }, parsed }: FileTasks,
  ): TypeProblem[] {
    if (shift === undefined || !parsed || cell.kind !== "ts") return [];
    return findDrawnRefs(program, parsed, shift, cell.source, (name) =>
      files.isOwned(name),
    ).map(({ severity, from, to, message }) => ({
      cell: cell.id,
      code: "flow-body",
      isForLater: false,
      ...{ severity, from, to, message },
    }));
  }

  /** Results of tasks that cannot be kept, and tasks that no flow calls. */
  function checkTasks(
    program: ts.Program,
    { file: { shift, cell }, tasks }: FileTasks,
    mentions: Mentions,
  ): TypeProblem[] {
    if (shift === undefined) return [];
    return tasks.flatMap((task): TypeProblem[] => {
      const { name, at } = task;
      const place = {
        cell: cell.id,
        severity: "warning" as const,
        task: name,
        from: at.pos - shift,
        to: at.end - shift,
      };
      const found = notToBeKept(program, task);
      if (found)
        return [
          {
            ...place,
            code: "cannot-copy",
            isForLater: false,
            message: whyNotKept(found),
          },
        ];
      return mentions.isUnused(task)
        ? [
            {
              ...place,
              code: "flow-body",
              isForLater: true,
              message: inNoFlow(name),
            },
          ]
        : [];
    });
  }

  /** A place of the program as one of a cell. */
  function toCell(path: string, { start, length }: ts.TextSpan): CellSpan[] {
    const file = files.at(path);
    if (!file) return [];
    const cell = file.cell.id;
    if (file.shift === undefined) return [{ cell, from: 0, to: 0 }];
    const from = start - file.shift;
    const to = from + length;
    if (from < 0) {
      const name = file.text.slice(start, start + length);
      const declared = file.declaredAt?.get(name);
      return declared ? [declared] : [];
    }
    return to > file.cell.source.length ? [] : [{ cell, from, to }];
  }

  /** Where a place of a cell stands in the program; undefined where the cell has no code. */
  function placeOf(
    cell: string,
    offset: number,
  ): { file: CellFile; shift: number; at: number } | undefined {
    const file = files.codeOf(cell);
    if (file?.shift === undefined) return undefined;
    const isCode =
      file.values?.some(({ from, to }) => from <= offset && offset <= to) ??
      true;
    return isCode
      ? { file, shift: file.shift, at: file.shift + offset }
      : undefined;
  }

  /** Where the name of a SQL cell is declared, which is meant wherever no other name stands in it. */
  function ownName(cell: string): { file: CellFile; at: number } | undefined {
    const file = files.of(cell);
    if (file?.cell.kind !== "sql") return undefined;
    const declaration = "export declare const ";
    const at = file.text.lastIndexOf(declaration) + declaration.length;
    return { file, at };
  }

  /** Whether a name is declared behind the scenes, for the values of a query. */
  function isDeclaredBefore(
    path: string,
    { start, length }: ts.TextSpan,
  ): boolean {
    const file = files.at(path);
    if (file?.shift === undefined || start >= file.shift) return false;
    const name = file.text.slice(start, start + length);
    return file.declaredAt?.has(name) ?? false;
  }

  function canRename(place: { file: CellFile; at: number }): boolean {
    return service.getRenameInfo(place.file.path, place.at, {}).canRename;
  }

  return {
    update: (cells, surroundings) => files.update(cells, surroundings),

    complete(cell, offset): Suggestions | undefined {
      files.open(cell);
      const place = placeOf(cell, offset);
      return (
        place &&
        findSuggestions(service, files, place.file.path, place.at, place.shift)
      );
    },

    describeSuggestion(cell, offset, name): Description | undefined {
      files.open(cell);
      const place = placeOf(cell, offset);
      const details =
        place &&
        service.getCompletionEntryDetails(
          place.file.path,
          place.at,
          name,
          undefined,
          undefined,
          completionPreferences,
          undefined,
        );
      return details && describe(details.displayParts, details.documentation);
    },

    hover(cell, offset): (Description & Span) | undefined {
      const place = placeOf(cell, offset);
      const info =
        place && service.getQuickInfoAtPosition(place.file.path, place.at);
      if (!info) return undefined;
      const from = info.textSpan.start - place.shift;
      if (from < 0) return undefined;
      return {
        from,
        to: from + info.textSpan.length,
        ...describe(
          info.displayParts,
          ownComment(service, place.file.path, info.textSpan.start) ??
            info.documentation,
        ),
      };
    },

    callHelp(cell, offset): CallHelp | undefined {
      const place = placeOf(cell, offset);
      const help =
        place &&
        service.getSignatureHelpItems(place.file.path, place.at, undefined);
      if (!help || help.items.some(isBinder)) return undefined;
      return {
        from: help.applicableSpan.start - place.shift,
        forms: help.items.map(toCallForm),
        form: help.selectedItemIndex,
        parameter: help.argumentIndex,
      };
    },

    problems() {
      const program = service.getProgram();
      const code = files.code().map((file): FileTasks => {
        const parsed = program?.getSourceFile(file.path);
        return { file, parsed, tasks: parsed ? tasksOf(parsed) : [] };
      });
      const names = new Set(
        code.flatMap(({ tasks }) => tasks.map(({ name }) => name)),
      );
      const mentions = new Mentions(code.map(({ file }) => file.cell.source));
      return code.flatMap((one) => [
        ...checkFile(one, (name) => names.has(name)),
        ...(program
          ? [...checkFlows(program, one), ...checkTasks(program, one, mentions)]
          : []),
      ]);
    },

    definition(cell, offset): CellSpan | undefined {
      const place = placeOf(cell, offset);
      if (!place) return undefined;
      return service
        .getDefinitionAtPosition(place.file.path, place.at)
        ?.flatMap(({ fileName, textSpan }) => toCell(fileName, textSpan))[0];
    },

    renaming(cell, offset): Renaming | undefined {
      const place = placeOf(cell, offset) ?? ownName(cell);
      if (!place || !canRename(place)) return undefined;
      const { path, text } = place.file;
      const found = service.getRenameInfo(path, place.at, {});
      if (!found.canRename) return undefined;
      const { start, length } = found.triggerSpan;
      // Where a field and a value are said with one name, it is the value that is meant.
      const isField = isFieldAt(service, path, start);
      const locations =
        service.findRenameLocations(path, place.at, false, false, {}) ?? [];
      // A name of the language or of the platform is not the notebook's to change.
      if (!locations.every(({ fileName }) => files.at(fileName)))
        return undefined;
      // That of a parameter is a text in its cell, and the key of what was given to it in other runs.
      if (
        locations.some(({ fileName, textSpan }) =>
          isDeclaredBefore(fileName, textSpan),
        )
      )
        return undefined;
      const spans = locations.flatMap(({ fileName, textSpan }) =>
        files.at(fileName)?.shift === undefined
          ? []
          : toCell(fileName, textSpan).flatMap((span) => {
              const parts = partsAround(service, fileName, textSpan, isField);
              return parts ? { ...span, ...parts } : [];
            }),
      );
      const sqlFile = locations
        .map(({ fileName }) => files.at(fileName))
        .find((file) => file && file.shift === undefined);
      return {
        name: text.slice(start, start + length),
        isField,
        spans,
        taken: isField
          ? {}
          : findTakenNames(service, files.code(), locations, toCell),
        sqlCell: sqlFile?.cell.id,
      };
    },

    format(cell): readonly Replacement[] {
      const file = files.of(cell);
      const shift = file?.shift;
      if (!file || shift === undefined) return [];
      const { source } = file.cell;
      // Empty lines around the text, which TypeScript leaves as they are.
      const begin = /^(?:[^\S\n]*\n)*/.exec(source)?.[0].length ?? 0;
      const end = Math.max(begin, source.trimEnd().length);
      const inside = service
        .getFormattingEditsForRange(
          file.path,
          shift,
          shift + source.length,
          formatSettings,
        )
        .map(({ span, newText }) => ({
          from: span.start - shift,
          to: span.start + span.length - shift,
          insert: newText,
        }))
        .filter(({ from, to }) => from >= begin && to <= end);
      const around = [
        { from: 0, to: begin, insert: "" },
        { from: end, to: source.length, insert: "" },
      ].filter(({ from, to }) => from < to);
      return [...inside, ...around];
    },
  };
}

/** Whether what is called is only there to take a value of a query. */
function isBinder({ prefixDisplayParts }: ts.SignatureHelpItem): boolean {
  return prefixDisplayParts[0]?.text === binder;
}
