/**
 * What has to be done before anything is written after the browser closed a database by itself, as Chromium does when a write
 * finds the disk full.
 *
 * A record that is cut off stays at the end of its LevelDB log. Chromium (156) opens the log again, leaves the record out, and
 * appends to it; what it appends it says is complete. At the next start it takes the cut record for corruption, and deletes all
 * databases of the site. So nothing is appended before scrubbing makes it begin new logs, and it does that only where there is
 * room enough: one that stops half-way has appended too.
 */
import { FlowError } from "../core/errors.ts";
import { takesFiles } from "./findReason.ts";
import { scrub } from "./scrub.ts";

/** The tables and logs that scrubbing makes, twice over. */
const megabytesNeeded = 24;

/** Makes writing safe again; rejects, with nothing written, as long as there is no room for that. */
export async function mendLog(place: IDBFactory): Promise<void> {
  if (!(await takesFiles(megabytesNeeded)))
    throw new FlowError(
      "storage-full",
      `There is not enough browser storage: the disk is full. Nothing of this was written, so that what is saved stays whole. Free ${megabytesNeeded} MB or more on the disk, and try again.`,
    );
  await scrub(place);
}
