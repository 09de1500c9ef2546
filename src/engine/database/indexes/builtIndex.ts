/**
 * An index that is made of pages, in the place of SQLite's CREATE INDEX, which sorts whole records.
 *
 * What a statement means, and what is wrong with it, is SQLite's to say: it runs the statement while the table has no rows, which
 * takes no time, and the pages are put below the root that it has made. Before that the entries are read and sorted, so that what is
 * not plain is found while nothing has changed, and is left to SQLite. As with the rows of a load (appendedTable.ts), its transaction
 * is committed before and begun again after; the file is not saved by that, and what is not saved can be taken back.
 */
import { pageSize } from "../../../core/pages.ts";
import { quoteName } from "../../../core/sqliteRules.ts";
import type { Attach, FileChange } from "../databaseFile.ts";
import { emptyLeaf, lockedPage } from "../encode/pageFormat.ts";
import { TransactionLost, type OtherWay } from "../execute.ts";
import {
  isOfPresentFormat,
  isPlain,
  readHeader,
  writeHeader,
} from "../fileHeader.ts";
import { FreeList } from "../freeList.ts";
import type { VfsFile } from "../pageVfs.ts";
import type { Connection } from "../sqlite.ts";
import type { SqlStatement } from "../statements.ts";
import type { Entries } from "./indexCells.ts";
import { writePages } from "./indexPages.ts";
import { findRoot, planIndex, type IndexPlan } from "./indexPlan.ts";
import { readIndexStatement } from "./indexStatement.ts";
import { readEntries } from "./sortedEntries.ts";

/** With fewer rows SQLite is as fast as code that has not run before. */
const worthRows = 100_000;

/** Makes the indexes of large tables of the file of a connection. */
export function buildIndexes(
  connection: Connection,
  attach?: Attach,
  fewest = worthRows,
): OtherWay {
  const change = attach?.change;
  return (statement, run) =>
    change !== undefined &&
    buildIndex(connection, change, statement, run, fewest);
}

/**
 * Makes the index of a statement in the transaction of a connection; false if that is left to SQLite, and all is as it was. `run`
 * lets SQLite run the statement, and what it throws is thrown. No savepoint may be open.
 */
function buildIndex(
  connection: Connection,
  change: FileChange,
  statement: SqlStatement,
  run: () => void,
  fewest: number,
): boolean {
  const wanted = readIndexStatement(statement);
  const plan = wanted && planIndex(connection, wanted, fewest);
  if (!plan) return false;
  const emptied = emptyTable(change, plan);
  if (!emptied) return false;
  try {
    run();
  } catch (thrown) {
    orLost(() => change((file) => putBack(file, plan, emptied.root)));
    throw thrown;
  }
  const index = findRoot(connection, plan);
  if (index !== undefined && fillIndex(change, plan, emptied, index))
    return true;
  orLost(() => {
    change((file) => putBack(file, plan, emptied.root));
    connection.run(`DROP INDEX main.${quoteName(plan.index)}`);
  });
  return false;
}

/** What was read of a table that has no rows now. */
interface Emptied {
  entries: Entries;
  /** The page that was the table's root. */
  root: Uint8Array;
}

/** Reads the entries of the index, and takes away the rows of the table. */
function emptyTable(change: FileChange, plan: IndexPlan): Emptied | undefined {
  let emptied: Emptied | undefined;
  try {
    change((file) => {
      const header = readHeader(file);
      if (!isPlain(file, header) || !isOfPresentFormat(header)) return;
      const entries = readEntries(file, plan);
      const root = new Uint8Array(pageSize);
      file.read(root, (plan.root - 1) * pageSize);
      writeHeader(file, header);
      emptied = { entries, root };
      const empty = new Uint8Array(pageSize);
      empty.set(emptyLeaf(pageSize));
      file.write(empty, (plan.root - 1) * pageSize);
    });
  } catch (thrown) {
    if (thrown instanceof TransactionLost) throw thrown;
    if (emptied) throw new TransactionLost(thrown);
  }
  return emptied;
}

/** Gives the table its rows again, and puts the entries below the root of the index; says whether it could. */
function fillIndex(
  change: FileChange,
  plan: IndexPlan,
  { entries, root }: Emptied,
  index: number,
): boolean {
  let isCertain = true;
  try {
    change((file) => {
      file.write(root, (plan.root - 1) * pageSize);
      const header = readHeader(file);
      const free = new FreeList(file, header);
      let next = file.size / pageSize + 1;
      const take = () => {
        const page = free.take();
        if (page !== undefined) return page;
        if (next === lockedPage(pageSize)) next += 1;
        next += 1;
        return next - 1;
      };
      // The list of free pages goes by these until it is saved.
      const trunks: [number, Uint8Array][] = [];
      const put = (number: number, page: Uint8Array) =>
        file.write(page, (number - 1) * pageSize);
      const top = writePages(entries, take, (number, page) => {
        if (free.isTrunk(number)) trunks.push([number, page.slice()]);
        else file.renew(number).set(page);
      });
      isCertain = false;
      free.save();
      for (const [number, page] of trunks) put(number, page);
      put(index, top);
      writeHeader(file, header);
      isCertain = true;
    });
    return true;
  } catch (thrown) {
    if (thrown instanceof TransactionLost) throw thrown;
    if (!isCertain) throw new TransactionLost(thrown);
    return false;
  }
}

function putBack(file: VfsFile, plan: IndexPlan, root: Uint8Array): void {
  file.write(root, (plan.root - 1) * pageSize);
  writeHeader(file, readHeader(file));
}

function orLost(work: () => void): void {
  try {
    work();
  } catch (thrown) {
    throw thrown instanceof TransactionLost
      ? thrown
      : new TransactionLost(thrown);
  }
}
