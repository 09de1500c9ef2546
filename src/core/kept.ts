/** What is kept of a notebook besides its rows and files, when it travels in one file with them. */
export type KeptKind =
  "events" | "logs" | "result" | "cache" | "outputs" | "writer";

/**
 *   kind       run   key                     value
 *   "events"   run   number of the first     events
 *   "logs"     run   n                       lines of the log
 *   "result"   run   key of the result       the result
 *   "cache"    ""    key of the cache        CacheEntry
 *   "outputs"  ""    name of the cell        what the cell showed last
 *   "writer"   ""    name of a table         TableRecord: which task run changed it last, and what became of it
 */
export interface KeptEntry {
  kind: KeptKind;
  run: string;
  key: string | number;
  value: unknown;
}
