/** Words of the sheet that shares a notebook. */
import { countOf } from "./language.ts";

export const theBrowserDidNotLet =
  "The browser did not let the page copy. The text is selected: press Ctrl+C.";
export const copied = "Copied";
export const copy = ({ label }: { label: string }) => `Copy: ${label}`;
export const copy2 = "Copy";
export const theBrowserCouldNotHand =
  "The browser could not hand the link on. Copy it instead.";
export const downloadTheFile = "Download the file";
export const aMarkdownFileThatFlowbook =
  "A Markdown file that Flowbook opens and GitHub shows.";
export const shareThisNotebook = "Share this notebook";
export const theLinkHoldsTheNotebook =
  "The link holds the notebook itself: text and code, no results, no files, no data. Nothing is stored on a server. Whoever opens it sees a preview first; nothing runs by itself.";
export const makingTheLink = "Making the link…";
export const itOpens = "It opens";
export const withItsCode = "With its code";
export const forReading = "For reading";
export const withValuesOfTheForm = ({ changed }: { changed: number }) =>
  `With ${countOf(changed, { one: "value", other: "values" })} of the form`;
export const linkToThisNotebook = "Link to this notebook";
export const characters = ({ url }: { url: number }) =>
  countOf(url, { one: "character", other: "characters" });
export const shareWithAnApp = "Share with an app…";
export const qrCode = "QR code";
export const shareItFromAnAddress = "Share it from an address of its own";
export const putTheFileIntoA =
  "Put the file into a gist, a public repository, or on any host that lets other pages read it. A link to it stays short, and whoever opens it gets the file as it is then.";
export const httpsGistGithubCom = "https://gist.github.com/…";
export const addressOfTheFile = "Address of the file";
export const linkToTheFileAt = "Link to the file at that address";
export const embedItInAPage = "Embed it in a page";
export const inAPageItOpens =
  "In a page it opens for reading. It works on this notebook only, keeps nothing, and asks its reader before it contacts a host.";
export const htmlOfTheEmbeddedNotebook = "HTML of the embedded notebook";
export const shortEnoughForAnywhereChats =
  "Short enough for anywhere: chats, mail, a printed page.";
export const tooLongForMostChat =
  "Too long for most chat programs and mail, which would cut it. Send the file, or put the file on the web and share its address.";
export const aPageHtml = "A page (.html)";
export const toReadWithoutFlowbookText =
  "To read without Flowbook: text, code, last outputs, graphs. Opens from disk, runs nothing, and opens here again.";
export const jupyterIpynb = "Jupyter (.ipynb)";
export const forJupyterWithTheDeno =
  "For Jupyter with the Deno kernel, VS Code and GitHub.";
export const typescriptTs = "TypeScript (.ts)";
export const oneFileForAnEditor =
  "One file for an editor, with prose as comments.";
export const orAsAnotherKindOf = "Or as another kind of file";
export const withWhatTheCellsShow = "with what the cells show";
export const itTypeChecksBeside = "It type-checks beside";
export const flowbookDTs = "flowbook.d.ts";
export const worksInMostPlacesSome =
  "Works in most places. Some chat programs cut links of more than 2,000 characters; whoever opens a cut link is told so.";
