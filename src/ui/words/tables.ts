/** Words of the tables. */
import { countOf, formatNumber } from "./language.ts";

export const theDatabase = "The database";
export const putsASqliteFileIn =
  "Puts a SQLite file in the place of this notebook's database";
export const reading = "Reading…";
export const importSqlite = "Import .sqlite";
export const downloadTheDatabaseAsA = "Download the database as a SQLite file";
export const download = "Download";
export const rowsThatTasksLoadAre =
  "Rows that tasks load are kept here, in a SQLite database of this notebook. There is no table yet.";
export const tables = "Tables";
export const rowCount = (rows: number) =>
  countOf(rows, { one: "row", other: "rows" });
/** While they are counted. */
export const rowsSoFar = (rows: number) => `${rowCount(rows)} so far…`;
/** Those that fit the filters, of all of the table. */
export const rowsOfAll = ({ shown, all }: { shown: number; all: number }) =>
  `${rowCount(shown)} of ${formatNumber(all)}`;
/** `done` is from 0 to 1. */
export const sorting = (done: number) => `Sorting… ${Math.round(done * 100)} %`;
export const columns = ({ columns }: { columns: number }) =>
  countOf(columns, { one: "column", other: "columns" });
export const columnsOf = ({ name }: { name: string }) => `Columns of ${name}`;
export const key = " · key";
export const notNull = " · not null";
export const writtenBy = "Written by";
export const valuesOf = ({ column }: { column: string }) =>
  `Values of ${column}`;
export const fromRowsAllOverThe = ({ rows }: { rows: number }) =>
  `From ${formatNumber(rows)} rows all over the table`;
export const showOnlyRowsWithoutA = "Show only rows without a value";
export const rowsWhose = ({ column }: { column: string }) =>
  `Rows whose ${column}`;
export const contains = "contains";
export const is = "is";
export const isBetween = "is between";
export const isNull = "is null";
export const isNotNull = "is not null";
export const text = "Text";
export const value = "Value";
export const from = "From";
export const from2 = "from";
export const to = "To";
export const to2 = "to";
export const showOnlyThese = "Show only these";
export const keepTheChartAsA = "Keep the chart as a cell";
export const sqliteFile = "SQLite file";
export const filters = "Filters";
export const removeTheFilter = ({ filter }: { filter: string }) =>
  `Remove the filter ${filter}`;
export const showAllRows = "Show all rows";
export const filterBy = ({ name }: { name: string }) => `Filter by ${name}`;
export const reading2 = ({ name }: { name: string }) => `Reading ${name} …`;
export const makeASqlCellThat = "Make a SQL cell that shows these rows";
export const keepAsCell = "Keep as cell";
export const downloadTheseRows = "Download these rows";
export const writing = "Writing…";
export const exportWord = "Export";
export const copySql = "Copy SQL";
export const copyThisQuery = "Copy this query";
export const columnIsNull = ({ column }: { column: string }) =>
  `${column} is null`;
export const columnIsNotNull = ({ column }: { column: string }) =>
  `${column} is not null`;
export const columnContains = ({
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
export const aboutDifferent = (values: number) => about(different(values));
export const nullShare = (share: string) => `${share} null`;
/** A text without a character. */
export const emptyValue = "(empty)";
