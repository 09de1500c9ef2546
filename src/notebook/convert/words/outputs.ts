/** What stands in a file for what cells showed. */
import { formatSize } from "../../../core/words.ts";
import { countOf, formatNumber } from "../../../views/words/language.ts";

/** Of a table that is not written as a whole. */
export const firstRows = ({ shown, all }: { shown: number; all: number }) =>
  `First ${formatNumber(shown)} of ${formatNumber(all)} rows`;
export const rowCount = (rows: number) =>
  countOf(rows, { one: "row", other: "rows" });
export const firstCharacters = ({
  shown,
  all,
}: {
  shown: number;
  all: number;
}) => `The first ${formatNumber(shown)} of ${formatNumber(all)} characters`;
/** What readers call an output that has no title. */
export const table = "Table";
export const htmlOutput = "HTML output";
export const chart = "Chart";

/** Of a page of HTML. */
export const tableInNotebook = (table: string) =>
  `The table ${table}. Open the notebook in Flowbook to read its rows.`;
export const fileInNotebook = ({
  name,
  bytes,
}: {
  name: string;
  bytes: number;
}) =>
  `The file ${name} (${formatSize(bytes)}). Open the notebook in Flowbook and run it to have it.`;

/** Of a Jupyter notebook, for readers that show nothing but text. */
export const anImage = "An image";
export const aChart = "A chart";
export const tableElsewhere = (table: string) =>
  `The table ${table}: open the notebook in Flowbook to read its rows.`;
export const fileElsewhere = ({
  name,
  bytes,
}: {
  name: string;
  bytes: number;
}) =>
  `The file ${name} (${formatSize(bytes)}): run the notebook in Flowbook to have it.`;

export const notWritten =
  "A value that holds itself, or is nested too deep to be written.";
