/** Words of a notebook that was opened from elsewhere. */
import { countOf } from "./language.ts";

export const preview = "Preview";
export const thisNotebook = ({ sourceWords }: { sourceWords: string }) =>
  `This notebook ${sourceWords}.`;
export const whatItHasLoadedStays =
  "What it has loaded stays in this browser for a week.";
export const nothingInItHasRun = "Nothing in it has run.";
export const itIsNotAmongYour =
  "It is not among your notebooks until you keep it.";
export const keepACopy = "Keep a copy";
export const contacts = "Contacts";
export const asksYouFirst = "asks you first";
export const noHost = "No host";
export const change = "Change";
export const writes = "Writes";
export const andTables = "and tables";
export const tables = "Tables";
export const thatItNamesWhenIt = ({ tables }: { tables: string }) =>
  `${tables} that it names when it runs`;
export const noTable = "No table";
export const runs = "Runs";
export const tasks = ({ tasks }: { tasks: number }) =>
  countOf(tasks, { one: "task", other: "tasks" });
export const parameters = ({ parameters }: { parameters: number }) =>
  countOf(parameters, { one: "parameter", other: "parameters" });
export const showGraphAndForm = "Show graph and form";
export const noFlow = "No flow";
export const youKeptACopyOf = "You kept a copy of this before.";
export const openMyCopy = "Open my copy";
export const cameWithALink = "came with a link";
export const isTheFile = ({ name }: { name: string }) => `is the file ${name}`;
export const wasPasted = "was pasted";
export const comesFrom = ({ host }: { host: string }) => `comes from ${host}`;
