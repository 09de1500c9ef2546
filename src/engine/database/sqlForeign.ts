/** What other databases have, and how SQLite says it. */

/** Functions, by small letters, and what to write. Several names are separated by blanks. */
const functions: Readonly<Record<string, string>> = {
  "now getdate sysdate current_datetime": "`datetime('now')`",
  "curdate today": "`date('now')`",
  curtime: "`time('now')`",
  date_trunc:
    "`strftime('%Y-%m-01', day)` for the month, `date(day)` for the day",
  "year month day hour minute second date_part dayofweek week":
    "`CAST(strftime('%Y', day) AS INTEGER)`, with %m, %d, %H, %M, %S, %w or %W for other parts",
  "datediff date_diff timestampdiff age":
    "`julianday(later) - julianday(earlier)`, which are days",
  "dateadd date_add date_sub adddate subdate": "`date(day, '+1 day')`",
  "date_format to_char format_date": "`strftime('%Y-%m-%d', day)`",
  "to_date str_to_date to_timestamp parse_date from_unixtime":
    "`date(text)` or `datetime(seconds, 'unixepoch')`",
  left: "`substr(text, 1, 3)`",
  right: "`substr(text, -3)`",
  mid: "`substr(text, 2, 3)`",
  len: "`length(text)`",
  "char_length character_length": "`length(text)`",
  "nvl isnull": "`ifnull(value, 0)`",
  "greatest least": "`max(a, b)` or `min(a, b)`, which take several values too",
  "rand newid": "`random()`",
  "regexp regexp_like regexp_matches regexp_replace regexp_extract regexp_substr rlike":
    "`LIKE 'a%'` or `GLOB '[a-c]*'`, or a regular expression in a task: SQLite has none",
  "stddev stddev_samp": "`stdev(value)`",
  var_samp: "`variance(value)`",
  "stddev_pop var_pop corr":
    "nothing of the kind: compute it of the rows in a cell",
  "percentile_cont percentile_disc quantile approx_quantile":
    "it of the rows in a cell: `d3.quantile(rows, 0.9, (row) => row.value)`",
  "unnest explode flatten": "`SELECT value FROM json_each(list)`",
  generate_series:
    "`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i FROM n`",
  "to_number try_cast safe_cast convert": "`CAST(text AS REAL)`",
  "uuid gen_random_uuid": "`lower(hex(randomblob(16)))`",
  "position charindex locate strpos": "`instr(text, part)`",
  ucase: "`upper(text)`",
  lcase: "`lower(text)`",
  "array_agg collect_list": "`json_group_array(value)`",
  "listagg wm_concat": "`group_concat(value, ', ')`",
  "lpad rpad": "`printf('%05d', number)`",
  any_value: "`max(value)`",
  split_part: "`substr(text, 1, instr(text, ',') - 1)`",
  "starts_with startswith": "`text LIKE 'a%'`",
  "bool_or count_if countif": "`sum(condition)`",
};

/** Words that begin a statement elsewhere. */
const statements: Readonly<Record<string, string>> = {
  show: "The tables are listed by `SELECT name FROM sqlite_schema`.",
  "describe desc":
    "The columns of a table are listed by `PRAGMA table_info(name)`.",
  use: "A notebook has one database, and nothing to choose.",
  truncate: "SQLite empties a table with `DELETE FROM name`.",
  merge:
    'SQLite writes `INSERT INTO name ... ON CONFLICT (key) DO UPDATE SET ...`; rows of a task go in with `load(name, rows, { mode: "upsert", key: "id" })`.',
  "declare set":
    "SQLite has no variables: in a SQL cell, `${...}` takes a value of the notebook.",
  "call exec execute": "SQLite has no procedures. Write them as tasks.",
  from: "SQLite begins with SELECT: `SELECT * FROM name`.",
  copy: 'Files are read in a task: `load("name", readCsv("file.csv"))`.',
  "grant revoke": "There are no users and rights in a notebook's database.",
};

/** Words at which SQLite stops, or right before that, wherever they stand. */
const words: Readonly<Record<string, string>> = {
  ilike: "SQLite has no ILIKE: its LIKE does not tell A to Z from a to z.",
  similar: "SQLite has no SIMILAR TO. Write LIKE or GLOB.",
  top: "SQLite has no TOP. Write `LIMIT 10` at the end.",
  "fetch first": "Write `LIMIT 10` at the end.",
  offset:
    "OFFSET stands behind a LIMIT: `LIMIT 10 OFFSET 5`, or `LIMIT -1 OFFSET 5` for all the rest.",
  qualify:
    "SQLite has no QUALIFY. Put the query into another one: `SELECT * FROM (SELECT ..., row_number() OVER (...) AS n FROM ...) WHERE n = 1`.",
  div: "SQLite divides whole numbers with `/`.",
  interval: "SQLite has no INTERVAL. Write `date(day, '+1 day')`.",
  duplicate: "SQLite writes `ON CONFLICT (key) DO UPDATE SET ...`.",
  "modify change":
    "SQLite changes no column. Make the table anew, with `CREATE TABLE ... AS SELECT`.",
  "engine charset":
    "Leave out what stands behind the last bracket: it is MySQL's.",
  auto_increment: "SQLite counts an `INTEGER PRIMARY KEY` up by itself.",
  extract:
    "SQLite has no EXTRACT. Write `CAST(strftime('%Y', day) AS INTEGER)`.",
  try_cast: "SQLite has no TRY_CAST. Write `CAST(text AS REAL)`.",
  isnull: "SQLite writes `value IS NULL`, or `ifnull(value, 0)`.",
  "except exclude":
    "SQLite cannot leave columns out of `*`. Name those that you want.",
  lateral:
    "SQLite has no LATERAL. Lists of JSON are joined with `json_each(list)`.",
};

const tables: Readonly<Record<string, string>> = {
  dual: "SQLite needs no table there: leave out FROM dual.",
  "information_schema.tables pg_tables pg_catalog.pg_tables sysobjects":
    "SQLite lists tables in sqlite_schema: `SELECT name FROM sqlite_schema`.",
  "information_schema.columns":
    "The columns of a table are listed by `PRAGMA table_info(name)`.",
  "read_csv read_csv_auto read_parquet read_json":
    'A query reads no files. Load them in a task: `load("name", readCsv("file.csv"))`.',
  generate_series: `Write ${functions.generate_series}.`,
  unnest: "Lists of JSON are read with `json_each(list)`.",
};

function lookUp(
  among: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(among).find(([names]) =>
    names.split(" ").includes(wanted),
  )?.[1];
}

/** What to write instead of a function of other databases. */
export const foreignFunction = (name: string) => lookUp(functions, name);
/** What to do about a statement that begins as none of SQLite's. */
export const foreignStatement = (word: string) => lookUp(statements, word);
/** What to do about a word that other databases have. */
export const foreignWord = (word: string) => lookUp(words, word);
/** What to do about a table that other databases have. */
export const foreignTable = (name: string) => lookUp(tables, name);
