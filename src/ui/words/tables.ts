/** Words of the tables. */
import { countOf, formatNumber } from "./language.ts";

export const database = "The database";
export const importHint =
  "Puts a SQLite file in the place of this notebook's database";
export const reading = "Reading…";
export const importFile = "Replace by a .sqlite…";
export const downloadHint = "Download the database as a SQLite file";
export const download = "Download";
export const noTable =
  "Rows that tasks load are kept here, in a SQLite database of this notebook. There is no table yet.";
export const tables = "Tables";
/** A table or a column by its name, or by what SQL writes for one whose name is empty. */
export const nameShown = (name: string) => (name === "" ? '""' : name);
export const rowCount = (rows: number) =>
  countOf(rows, { one: "row", other: "rows" });
/** While they are counted. */
export const rowsSoFar = (rows: number) => `${rowCount(rows)} so far…`;
/** Of a view, which is read as far as somebody looks. */
export const rowsAtLeast = (rows: number) => `At least ${rowCount(rows)}`;
/** Those that fit the filters, of all of the table. */
export const rowsOfAll = ({ shown, all }: { shown: number; all: number }) =>
  `${rowCount(shown)} of ${formatNumber(all)}`;
/** `done` is from 0 to 1. */
export const sorting = (done: number) => `Sorting… ${Math.round(done * 100)} %`;
export const columnCount = (columns: number) =>
  countOf(columns, { one: "column", other: "columns" });
export const columnsOfTable = (table: string) => `Columns of ${table}`;
/** What is so of a column, beside its type. */
export const keyColumn = "key";
export const notNullColumn = "not null";
/** The task that wrote the table follows. */
export const writtenBy = "Written by";
export const columnValues = (column: string) => `Values of ${column}`;
export const sampleHint = (rows: number) =>
  `From ${formatNumber(rows)} rows all over the table`;
export const showNullRows = "Show only rows without a value";
/** The form of a filter; one of the comparisons below goes on. */
export const filterLabel = (column: string) => `Rows whose ${column}`;
export const contains = "contains";
export const is = "is";
export const isBetween = "is between";
export const isNull = "is null";
export const isNotNull = "is not null";
export const textLabel = "Text";
export const valueLabel = "Value";
export const fromLabel = "From";
export const from = "from";
export const toLabel = "To";
export const to = "to";
export const showOnlyThese = "Show only these";
export const keepChart = "Keep the chart as a cell";
export const sqliteFile = "SQLite file";
export const filters = "Filters";
export const removeFilter = (filter: string) => `Remove the filter ${filter}`;
export const showAllRows = "Show all rows";
export const filterBy = (column: string) => `Filter by ${column}`;
export const readingTable = (table: string) => `Reading ${table} …`;
/** Of a view, after which its rows can be read again. */
export const viewStopped = (view: string) =>
  `Reading ${nameShown(view)} was stopped, as it did not end. Make the view anew so that it reads less, or read it again.`;
export const readAgain = "Read again";
export const keepAsCellHint = "Make a SQL cell that shows these rows";
export const keepAsCell = "Keep as cell";
export const drop = (table: string) => `Drop ${table}`;
export const dropHint =
  "Takes the table out of the database; a notice offers the way back";
export const dropViewHint =
  "Takes the view out of the database, and no rows; a notice offers the way back";
/** What stands beside its name. */
export const view = "view";
/** The statement that made it follows when it is opened. */
export const viewDefinition = "A view: how it is made";
export const exportHint = "Download these rows";
/** While rows are written into a file. */
export const writing = (rows: number) =>
  rows === 0 ? "Writing…" : `Writing… ${rowCount(rows)}`;
export const stopExport = "Stop";
export const exportRows = "Export";
export const copySql = "Copy SQL";
export const copySqlHint = "Copy this query";
export const filterNull = (column: string) => `${column} is null`;
export const filterNotNull = (column: string) => `${column} is not null`;
export const filterContains = ({
  column,
  text,
}: {
  column: string;
  text: string;
}) => `${column} contains “${text}”`;
/** A share that was found in a part of the rows. */
export const about = (share: string) => `about ${share}`;
/** A bar of the chart: its value or range, and its share of the rows, such as `12 %`. */
export const filterByBar = ({
  label,
  share,
}: {
  label: string;
  share: string;
}) => `${label}: ${share}. Show only these rows`;
export const different = (values: number) =>
  `${formatNumber(values)} different`;
/** Of a sample: there may be any number more in the other rows. */
export const moreDifferent = (values: number) =>
  `at least ${different(values)}`;
export const nullShare = (share: string) => `${share} null`;
/** A text without a character. */
export const emptyValue = "(empty)";
