/** Words of the sheet of hosts. */

export const question = "May it contact these hosts?";
export const title = "Hosts that it may contact";
export const explanation =
  "A host that you allow can be sent whatever this notebook reads: its tables, its files, your parameters. Nothing else of yours is in its reach.";
export const embeddedHint = "The page around it can read the same.";
export const refuse = "Refuse";
export const allow = "Allow";
export const noHost = "This notebook names no host.";
/** An embedded notebook is asked about again when its page is opened again; for what came from elsewhere, the code counts. */
export const askedOnce = ({
  isCode,
  isEmbedded,
}: {
  isCode: boolean;
  isEmbedded: boolean;
}) =>
  `It runs when each host has an answer. You will not be asked again for ${isCode ? "this code" : "this notebook"}${isEmbedded ? " as long as this page is open" : ""}.`;
export const cancel = "Cancel";
export const runWithoutNetwork = "Run without network";
export const hostPlaceholder = "https://api.example.org";
export const otherHost = "Another host";
export const allowHost = "Allow this host";
