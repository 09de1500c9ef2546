import type {
  Completion,
  CompletionContext,
  CompletionResult,
  CompletionSource,
} from "@codemirror/autocomplete";
import {
  keywordCompletionSource,
  schemaCompletionSource,
  SQLite,
} from "@codemirror/lang-sql";
import { syntaxTree } from "@codemirror/language";
import { inSqlName, sqlName, writeName } from "../../core/sqlName.ts";
import { derivedTables, withViewColumns } from "./derivedTables.ts";
import type { KnownTable, Surroundings } from "./surroundings.ts";

const nameBefore = new RegExp(`${sqlName}$`, "u");
const validFor = new RegExp(`^[${inSqlName}]*$`, "u");
const behindDot = new RegExp(`\\.[${inSqlName}]*$`, "u");
const words = new RegExp(`[${inSqlName}]+`, "gu");

const silent = new Set(["String", "LineComment", "BlockComment"]);

/** Tables, and columns behind the name of their table, as they are now. */
export function completeTables({ tables }: Surroundings): CompletionSource {
  return (context) =>
    schemaCompletionSource({
      dialect: SQLite,
      schema: Object.fromEntries(
        allTables(tables(), context).map(({ name, columns, view, cell }) => [
          name,
          {
            self: {
              label: name,
              type: "class",
              detail: cell ? "SQL cell" : view === undefined ? "table" : "view",
              boost: 10,
            },
            children: columns.map(toColumn),
          },
        ]),
      ),
    })(context);
}

/** Columns by themselves: those of the tables that the query names, or of all while it names none. */
export function completeColumns({ tables }: Surroundings): CompletionSource {
  return (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(nameBefore);
    if (!word && !context.explicit) return null;
    const from = word?.from ?? context.pos;
    if (context.state.sliceDoc(from - 1, from) === ".") return null;
    const node = syntaxTree(context.state).resolveInner(context.pos, -1);
    if (silent.has(node.name)) return null;
    const options = new Map<string, Completion>();
    const all = allTables(tables(), context);
    for (const table of namedTables(all, context.state.doc.toString()))
      for (const column of table.columns)
        options.set(column.name, {
          ...toColumn(column),
          detail: `${table.name} · ${column.type || "any"}`,
          boost: 5,
        });
    return options.size === 0
      ? null
      : { from, options: [...options.values()], validFor };
  };
}

const keywords = keywordCompletionSource(SQLite, true);

/** Words of SQL, of which none stands behind a dot. */
export const completeKeywords: CompletionSource = (context) =>
  context.matchBefore(behindDot) ? null : keywords(context);

/** What was found last: tables and columns are asked for one after the other, of the same text. */
let last:
  | {
      text: unknown;
      tables: readonly KnownTable[];
      all: readonly KnownTable[];
    }
  | undefined;

/** The tables that there are, and those of the query itself, which hide them. */
function allTables(
  tables: readonly KnownTable[],
  { state }: CompletionContext,
): readonly KnownTable[] {
  if (last?.text !== state.doc || last.tables !== tables) {
    const stored = withViewColumns(tables);
    const own = derivedTables(state.doc.toString(), stored);
    const names = new Set(own.map(({ name }) => name));
    const others = stored.filter(({ name }) => !names.has(name));
    last = { text: state.doc, tables, all: [...others, ...own] };
  }
  return last.all;
}

function namedTables(
  tables: readonly KnownTable[],
  query: string,
): readonly KnownTable[] {
  const found = new Set(query.toLowerCase().match(words));
  const named = tables.filter(({ name }) => found.has(name.toLowerCase()));
  return named.length > 0 ? named : tables;
}

function toColumn({ name, type }: KnownTable["columns"][number]): Completion {
  const written = writeName(name);
  return {
    label: name,
    type: "property",
    detail: type,
    ...(written === name ? {} : { apply: written }),
  };
}
