/**
 * The database worker of a page inside a page of somebody else: the same, with memory in the place of the browser's storage,
 * which such a page must not write to, and which browsers deny it when they block cookies of third parties.
 */
import "fake-indexeddb/auto";
import "./database.worker.ts";
