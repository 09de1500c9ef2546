import * as Comlink from "comlink";
import type { Remote } from "comlink";
import { isQueryKey } from "./attempt.ts";
import type { DatabaseConnection } from "./databaseConnection.ts";
import type { DatabaseSigns, Entered } from "./databaseSigns.ts";
import type { DatabaseOwner } from "./databaseUse.ts";
import type { DatabaseService } from "./services.ts";
import type { GivePort } from "./supplies.ts";

/** What the engine has of the database, as far as that is needed to hand it over. */
export interface HandedUse {
  readonly connection: DatabaseConnection;
  readonly owner: DatabaseOwner;
  /** The attempts of which former workers finish a query. */
  readonly kept: Set<string>;
  /** What hands ports to an attempt, if it has one of the database. */
  giveOf(key: string): GivePort | undefined;
  /** Goes by the worker that has taken over from now on, and gives all attempts ports of it. */
  goOn(): void;
  /** Ends the worker that finishes an attempt's query. */
  end(key: string): Promise<void>;
}

/**
 * Has another database worker take over, while the one that SQLite is busy in finishes what it reads.
 *
 *   engine                       old worker                new worker
 *     |  (allows nobody to write)   | in SQLite for R
 *     |-- page starts the new one ------------------------> | opens what is committed, claims the store
 *     |-- calls without an answer, ports of attempts -----> |
 *     |                             | answers R, is ended
 *
 * Nothing is lost with the old one: whoever had changed something there keeps it from being handed over, whoever had not is not
 * allowed to begin, and what it writes to the store is refused.
 */
export async function handOver(
  use: HandedUse,
  signs: DatabaseSigns,
  entered: Entered,
): Promise<void> {
  const { connection, owner, kept } = use;
  const { by } = entered;
  signs.hold();
  const port = await owner.handOverDatabase!(by).catch(() => undefined);
  if (!port) return signs.release();
  const former = connection.remote;
  connection.replace(Comlink.wrap<DatabaseService>(port), by);
  const isReading = signs.entered === entered;
  if (isReading && !isQueryKey(by)) kept.add(by);
  use.goOn();
  if (isQueryKey(by)) return;
  const give = use.giveOf(by);
  if (!give || !isReading) {
    kept.add(by);
    return use.end(by);
  }
  // It is left.
  signs.changed = () => void finish(use, by, former, give);
}

async function finish(
  use: HandedUse,
  by: string,
  former: Remote<DatabaseService>,
  give: GivePort,
): Promise<void> {
  await former.settle({ run: "", node: "", attempt: 0 });
  // The answer is on its way by now; if it was to something else, what was asked is asked again.
  give();
  await use.end(by);
}
