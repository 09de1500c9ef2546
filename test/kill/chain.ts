/**
 * A notebook whose flow is a chain of steps that leave a trace of everything they did, and what a database must hold after
 * some of them.
 *
 * Each step adds rows to "chain", each with a digest made from the digest of the row before it, across steps; it counts up "applied" in the rows of the three steps before it, deletes a third of the rows of the step six before
 * it, and returns the last digest. Some steps load about 10 MB into "bulk", which a later step deletes. No constraint keeps
 * rows from being there twice. A round is one run of the flow.
 */

/** How long a chain is, and how much of it is heavy. */
export interface ChainSize {
  steps: number;
  /** A step of so many loads much. */
  heavyEvery: number;
  /** Rows of such a load, of about 250 bytes each. */
  heavyRows: number;
}

/** What "chain" holds of one step. */
export interface StepRows {
  round: number;
  step: number;
  rows: number;
  leastApplied: number;
  mostApplied: number;
  /** The digests of its rows, one after the other. */
  digests: string;
}

/** What "bulk" holds of one step. */
export interface BulkRows {
  round: number;
  step: number;
  rows: number;
  distinct: number;
  bytes: number;
}

/** How far the chain has come: a round and its last step, 0 before the first. */
export interface Place {
  round: number;
  step: number;
}

const updatedBy = 3;
const thinnedAfter = 6;
const bulkLives = 4;
const bulkRepeats = 18;

/** A short digest; its source stands in the notebook too. */
function digest(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ low;
  low = Math.imul(low ^ (low >>> 13), 3266489909) ^ high;
  return [high, low]
    .map((half) => (half >>> 0).toString(16).padStart(8, "0"))
    .join("");
}

/** How many rows a step adds; its source stands in the notebook too. */
function rowsOf(step: number): number {
  return 20 + ((step * 37) % 200);
}

export const chainTitle = "Chain";

/** The text of the notebook. */
export function chainNotebook({
  steps,
  heavyEvery,
  heavyRows,
}: ChainSize): string {
  return `---
flowbook: 1
title: ${chainTitle}
---

\`\`\`js chain
${digest.toString()}

${rowsOf.toString()}

const step = task(async (round, step, before) => {
  if (step === 1) {
    await db.exec("CREATE TABLE IF NOT EXISTS chain (round INTEGER, step INTEGER, row INTEGER, digest TEXT, applied INTEGER)")
    await db.exec("CREATE INDEX IF NOT EXISTS chain_digest ON chain (digest)")
    await db.exec("CREATE TABLE IF NOT EXISTS bulk (round INTEGER, step INTEGER, row INTEGER, text TEXT)")
    await db.exec("DELETE FROM chain WHERE round < ?", [round - 1])
    await db.exec("DELETE FROM bulk WHERE round < ?", [round])
  }
  await db.exec("UPDATE chain SET applied = applied + 1 WHERE round = ? AND step >= ?", [round, step - ${updatedBy}])
  let last = before ?? "round " + round
  const rows = []
  for (let row = 0; row < rowsOf(step); row += 1) {
    last = digest(last + row)
    rows.push({ round, step, row, digest: last, applied: 0 })
  }
  await load("chain", rows)
  await db.exec("DELETE FROM chain WHERE round = ? AND step = ? AND row % 3 = 2", [round, step - ${thinnedAfter}])
  if (step % ${heavyEvery} === 0) {
    const bulk = []
    for (let row = 0; row < ${heavyRows}; row += 1)
      bulk.push({ round, step, row, text: digest(last + row).repeat(${bulkRepeats}) })
    await load("bulk", bulk)
  }
  await db.exec("DELETE FROM bulk WHERE round = ? AND step <= ?", [round, step - ${bulkLives}])
  return last
})

flow("${chainTitle}", () => {
  const round = param("round", 1)
  let last = null
  for (let at = 1; at <= ${steps}; at += 1)
    last = step.with({ name: "step " + at })(round, at, last)
  return last
})
\`\`\`
`;
}

/** The digests of all rows that each step of a round adds, by step. */
function digestsOf(round: number, steps: number): string[][] {
  let last = `round ${round}`;
  return Array.from({ length: steps }, (_, at) =>
    Array.from({ length: rowsOf(at + 1) }, (_, row) => {
      last = digest(last + row);
      return last;
    }),
  );
}

/** What the steps of a round return. */
export function resultsOf({ steps }: ChainSize, round: number): string[] {
  return digestsOf(round, steps).map((digests) => digests.at(-1)!);
}

/** What "chain" holds when a place is reached and nothing behind it has happened. */
export function expectedRows(size: ChainSize, { round, step }: Place) {
  // The first step of a round deletes what is older than the round before.
  const oldest = Math.max(1, step > 0 ? round - 1 : round - 2);
  const rows: StepRows[] = [];
  for (let one = oldest; one <= round; one += 1) {
    const last = one < round ? size.steps : step;
    const digests = digestsOf(one, last);
    for (const [at, all] of digests.entries()) {
      const isThinned = last - (at + 1) >= thinnedAfter;
      const kept = all.filter((_, row) => !isThinned || row % 3 !== 2);
      const applied = Math.min(updatedBy, last - (at + 1));
      rows.push({
        round: one,
        step: at + 1,
        rows: kept.length,
        leastApplied: applied,
        mostApplied: applied,
        digests: kept.join(""),
      });
    }
  }
  return rows;
}

/** What "bulk" holds then. */
export function expectedBulk(
  { steps, heavyEvery, heavyRows }: ChainSize,
  { round, step }: Place,
): BulkRows[] {
  // Before its first step, a round has what the round before has left.
  const [of, last] = step > 0 ? [round, step] : [round - 1, steps];
  const bulk: BulkRows[] = [];
  for (let one = heavyEvery; of > 0 && one <= last; one += heavyEvery)
    if (last - one < bulkLives)
      bulk.push({
        round: of,
        step: one,
        rows: heavyRows,
        distinct: heavyRows,
        bytes: heavyRows * bulkRepeats * digest("").length,
      });
  return bulk;
}

/** What reads "chain" as StepRows. */
export const selectRows = `SELECT round, step, count(*) AS rows, min(applied) AS leastApplied, max(applied) AS mostApplied, group_concat(digest, '' ORDER BY row, rowid) AS digests FROM chain GROUP BY round, step ORDER BY round, step`;

/** What reads "bulk" as BulkRows. */
export const selectBulk = `SELECT round, step, count(*) AS rows, count(DISTINCT row) AS "distinct", sum(length(text)) AS bytes FROM bulk GROUP BY round, step ORDER BY round, step`;
