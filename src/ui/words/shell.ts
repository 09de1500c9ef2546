/** Words of the app around the notebook: its bars, its places and what asks. */

export const documentTitle = (notebook: string) => `${notebook} · Flowbook`;
export const documentTitleRunning = (notebook: string) =>
  `▶ ${notebook} · Flowbook`;
export { partNotLoaded } from "../../core/words.ts";
export const notebook = "Notebook";
export const graph = "Graph";
export const timeline = "Timeline";
export const tables = "Tables";
export const runs = "Runs";
export const logs = "Logs";
export const files = "Files";
export const pane = "Graph, tables and runs";
export const paneWidth = "Width of the pane";
export const views = "Views";
export const closeNotice = "Close this message";
export const close = "Close";
export const permissions = "Permissions";
/** Marked, with {host}. */
export const wantsHost =
  "This notebook wants to contact *{host}*. It reaches only hosts that you allow.";
export const refuseHost = "Do not allow";
export const allowHost = "Allow";
export const themeSystem = "Theme: as the system";
export const themeLight = "Theme: light";
export const themeDark = "Theme: dark";
/** `theme` is one of the above. */
export const switchTheme = (theme: string) => `${theme}. Switch`;
export const allNotebooks = "All notebooks";
export const notebookTitle = "Title of the notebook";
export const flow = "Flow";
export const flowHint = "The flow that Run means";
export const keepHint = "Make a copy among your own notebooks";
export const keep = "Keep a copy";
export const shareHint = "Share as a link or a file";
export const share = "Share";
export const menu = "Menu";
