import { hostname } from "node:os";
import packageJson from "../../../package.json" with { type: "json" };
import type { OpenProgram } from "../program.ts";
import type { JobData } from "./messages.ts";

/** Why the worker does not work on a job; undefined if it does. `notebook` is the only one that it works for. */
export function refusalOf(
  { flowbook, program }: JobData,
  notebook: OpenProgram | undefined,
): string | undefined {
  if (majorOf(flowbook) !== majorOf(packageJson.version))
    return `The worker on ${hostname()} is Flowbook ${packageJson.version}, and the run is one of Flowbook ${flowbook}. Install the same version on all machines.`;
  if (notebook && notebook.program.hash !== program)
    return `The worker on ${hostname()} works only for its own ${notebook.path}, and that is not what is run, or not the same version of it. Start it with the notebook as it is here, or without --notebook.`;
  return undefined;
}

function majorOf(version: string): string {
  const [major, minor] = version.split(".");
  // Before 1.0 every minor version may change all.
  return major === "0" ? `0.${minor}` : major!;
}
