import { attemptId } from "./attempt.ts";
import type { RunStore } from "./commits.ts";
import type { DatabaseUse } from "./databaseUse.ts";

/** Where runs of the notebook that is open are written. */
export function runStore(database: DatabaseUse): RunStore {
  return {
    settle: (attempt) => database.settle(attemptId(attempt)),
    commit: (commit) => database.commit(commit),
    commitResults: (commit) => database.commitResults(commit),
    rollback: (attempt) => database.rollback(attemptId(attempt)),
    hasWritten: (attempt) => database.hasOpened(attempt),
    appendEvents: (...batch) => database.appendEvents(...batch),
    results: (...of) => database.service.results(...of),
    fileHash: (name) => database.service.fileHash(name),
    tablesNow: () => database.service.tablesNow(),
    unblock: () => void database.unblock(),
  };
}
