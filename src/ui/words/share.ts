/** Words of the sheet that shares a notebook. */
import { countOf } from "./language.ts";

export const copyRefused =
  "The browser did not let the page copy. The text is selected: press Ctrl+C.";
export const copied = "Copied";
export const copyLabelled = (label: string) => `Copy: ${label}`;
export const copy = "Copy";
export const shareRefused =
  "The browser could not hand the link on. Copy it instead.";
export const downloadTheFile = "Download the file";
export const fileHint = "A Markdown file that Flowbook opens and GitHub shows.";
export const title = "Share this notebook";
export const linkHint =
  "The link holds the notebook itself: text and code, no results, no files, no data. Nothing is stored on a server. Whoever opens it sees a preview first; nothing runs by itself.";
export const makingLink = "Making the link…";
export const opensAs = "It opens";
export const withItsCode = "With its code";
export const forReading = "For reading";
export const withValues = (values: number) =>
  `With ${countOf(values, { one: "value", other: "values" })} of the form`;
export const notebookLink = "Link to this notebook";
export const characterCount = (characters: number) =>
  countOf(characters, { one: "character", other: "characters" });
export const shareWithAnApp = "Share with an app…";
export const qrCode = "QR code";
export const addressTitle = "Share it from an address of its own";
export const addressHint =
  "Put the file into a gist, a public repository, or on any host that lets other pages read it. A link to it stays short, and whoever opens it gets the file as it is then.";
export const addressPlaceholder = "https://gist.github.com/…";
export const fileAddress = "Address of the file";
export const addressLink = "Link to the file at that address";
export const embedTitle = "Embed it in a page";
export const embedHint =
  "In a page it opens for reading. It works on this notebook only, keeps nothing, and asks its reader before it contacts a host.";
export const embedHtml = "HTML of the embedded notebook";
export const shortLink =
  "Short enough for anywhere: chats, mail, a printed page.";
export const longLink =
  "Too long for most chat programs and mail, which would cut it. Send the file, or put the file on the web and share its address.";
export const htmlFile = "A page (.html)";
export const htmlHint =
  "To read without Flowbook: text, code, last outputs, graphs. Opens from disk, runs nothing, and opens here again.";
export const jupyterFile = "Jupyter (.ipynb)";
export const jupyterHint =
  "For Jupyter with the Deno kernel, VS Code and GitHub.";
export const typeScriptFile = "TypeScript (.ts)";
export const typeScriptHint = "One file for an editor, with prose as comments.";
export const otherKinds = "Or as another kind of file";
export const withOutputs = "with what the cells show";
/** {file} is a button that downloads the declarations. */
export const typeScriptNote = "It type-checks beside {file}.";
export const mediumLink =
  "Works in most places. Some chat programs cut links of more than 2,000 characters; whoever opens a cut link is told so.";
export const qrCodeLabel = "QR code of the link";
