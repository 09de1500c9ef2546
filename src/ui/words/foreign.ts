/** Words of what a link or an address leads to. */

export const embedNeedsLink =
  "Inside another page Flowbook shows a notebook from a link, and this address holds none. Whoever made the page finds the right address under Share, Embed.";
/** The title of one that was pasted and says none. */
export const pastedNotebook = "Pasted notebook";
export const linkFails = "This link does not open";
export const notebookFails = "This notebook does not open";
export const notebookTooLarge = ({
  host,
  most,
}: {
  host: string;
  most: string;
}) =>
  `What ${host} sends is more than ${most}, which no notebook needs, so it was not read to its end.`;
export const notebookUnreadable = (address: string) =>
  `${address} could not be read. Either nothing answers there, or the host does not let other pages read it (CORS). Put the file into a gist, a public repository or on a host that sends "Access-Control-Allow-Origin: *"; or download it, and open it as a file.`;
export const noAddress = (text: string) =>
  `"${text}" is no address. Give one such as https://example.org/my.flow.md.`;
export const httpsOnly = (address: string) =>
  `A notebook is opened from an https address only, and ${address} is none.`;
export const notText = (host: string) =>
  `What ${host} sent is no notebook: it is not text in UTF-8.`;
/** Where a text came from: a host that sent it, or else the reader who pasted it. */
const subject = (host: string | undefined) =>
  host === undefined ? "What you pasted" : `What ${host} sent`;
const notebookHint =
  "A notebook is a Markdown file with `flowbook: 1` at its head and cells such as ```ts name.";
export const webPage = (host?: string) =>
  `${subject(host)} is no notebook: it is a web page. ${notebookHint}`;
export const emptyText = (host?: string) =>
  `${subject(host)} is no notebook: it is empty. ${notebookHint}`;
export const textWithoutCell = (host?: string) =>
  `${subject(host)} is no notebook: it is text without a cell. ${notebookHint}`;
