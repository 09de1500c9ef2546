/** Words of a notebook that was opened from elsewhere. */
import { countOf, plural } from "./language.ts";

export const preview = "Preview";
export const loadedStays =
  "What it has loaded stays in this browser for a week.";
export const nothingHasRun = "Nothing in it has run.";
export const notKept = "It is not among your notebooks until you keep it.";
export const keepACopy = "Keep a copy";
export const contacts = "Contacts";
export const undecided = "asks you first";
export const noHost = "No host";
export const changeHosts = "Change";
export const writes = "Writes";
export const otherTables = "Tables that it names when it runs";
/** After tables that are known. */
export const andOtherTables = "and tables that it names when it runs";
export const writesNothing = "No table";
export const runs = "Runs";
export const taskCount = (tasks: number) =>
  countOf(tasks, { one: "task", other: "tasks" });
/** Of a flow with a mistake in its cell. */
export const notDrawn = "cannot be drawn as it stands";
export const parameterCount = (parameters: number) =>
  countOf(parameters, { one: "parameter", other: "parameters" });
export const showFlow = "Show graph and form";
export const noFlow = "No flow";
export const keptBefore = "You kept a copy of this before.";
export const openCopy = "Open my copy";
/** Where the notebook on show came from. */
export const cameWithLink = "This notebook came with a link.";
export const isFile = (file: string) => `This notebook is the file ${file}.`;
export const wasPasted = "This notebook was pasted.";
export const comesFrom = (host: string) => `This notebook comes from ${host}.`;
/** The same of a notebook by its title; marked (see Marked.svelte), with {title}, {file}, {host}. */
export const titleCameWithLink = "*{title}* came with a link.";
export const titleIsFile = "*{title}* is the file {file}.";
export const titleWasPasted = "*{title}* was pasted.";
export const titleComesFrom = "*{title}* comes from {host}.";
/** Whether a host may be contacted. */
export const allowed = "allowed";
export const refused = "refused";
/** The files that it reads. */
export const reads = "Reads";
export const notHere = (files: number) =>
  plural(files, {
    one: "a file that is not here",
    other: "files that are not here",
  });
export const fetch = "Fetch";
export const choose = "Choose";
