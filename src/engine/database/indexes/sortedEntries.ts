import { pageSize } from "../../../core/pages.ts";
import type { VfsFile } from "../pageVfs.ts";
import type { IndexPlan } from "./indexPlan.ts";
import type { Entries, Key } from "./indexCells.ts";
import { KeyColumn, longestEntry } from "./keyColumn.ts";
import { findLeaves, readColumns } from "./readTable.ts";
import { rankValues, sortByWords } from "./sortKeys.ts";

/** Rows times columns are so many at most: to sort them takes 20 bytes for each, beside what is held of their values. */
const mostValues = 16_000_000;

/** Reads the entries of an index in its order; throws if there are too many, or something that is for SQLite to say. */
export function readEntries(file: VfsFile, plan: IndexPlan): Entries {
  const leaves = findLeaves(file, plan.root);
  const { rows } = leaves;
  if (rows * plan.columns.length > mostValues)
    throw new Error("There are too many rows.");
  const columns = plan.columns.map(
    () => new KeyColumn(rows, longestEntry(pageSize)),
  );
  const wanted: (KeyColumn | undefined)[] = [];
  let rowid: KeyColumn | undefined;
  for (const [at, { place }] of plan.columns.entries())
    if (place === plan.rowid) rowid = columns[at];
    else wanted[place] = columns[at];
  const numbers = readColumns(file, leaves, {
    columns: Array.from(wanted),
    hasDefault: plan.hasDefault,
    rowid,
  });
  const entries = { ...sortRows(columns, plan), numbers };
  if (plan.isUnique) refuseEqual(entries);
  return entries;
}

function sortRows(
  columns: readonly KeyColumn[],
  plan: IndexPlan,
): Pick<Entries, "rows" | "keys"> {
  const count = columns[0]!.ids.length;
  const words: Uint32Array[] = [];
  const keys: (Omit<Key, "words"> & { word: number })[] = [];
  // As many columns as fit make one word.
  let room = Infinity;
  for (const [at, column] of columns.entries()) {
    const { ranks, count: different } = rankValues(column);
    if (plan.columns[at]!.isDescending)
      for (let id = 0; id < ranks.length; id += 1)
        ranks[id] = different - 1 - ranks[id]!;
    room *= different;
    if (room > 2 ** 32) {
      words.push(new Uint32Array(count));
      room = different;
    }
    addRanks(words.at(-1)!, column, ranks, different);
    for (const key of keys)
      if (key.word === words.length - 1) key.divisor *= different;
    keys.push({
      column,
      word: words.length - 1,
      divisor: 1,
      different,
      // Equal values may have other bytes, as 1 and 1.0 have.
      values: different === ranks.length ? invert(ranks) : undefined,
    });
  }
  const sorted = sortByWords(words);
  return {
    rows: sorted.places,
    keys: keys.map(({ word, ...key }) => ({
      ...key,
      words: sorted.words[word]!,
    })),
  };
}

function addRanks(
  word: Uint32Array,
  { ids }: KeyColumn,
  ranks: Uint32Array,
  different: number,
): void {
  for (let row = 0; row < word.length; row += 1)
    word[row] = word[row]! * different + ranks[ids[row]!]!;
}

function invert(ranks: Uint32Array): Uint32Array {
  const values = new Uint32Array(ranks.length);
  for (let id = 0; id < ranks.length; id += 1) values[ranks[id]!] = id;
  return values;
}

/** Throws if rows have equal values, of which none is NULL. */
function refuseEqual({ keys, rows }: Entries): void {
  for (let at = 1; at < rows.length; at += 1) {
    if (keys.some(({ words }) => words[at] !== words[at - 1])) continue;
    const hasNull = keys.some(
      ({ column }) => column.serials[column.ids[rows[at]!]!] === 0,
    );
    if (!hasNull) throw new Error("Something is there twice.");
  }
}
