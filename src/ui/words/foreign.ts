/** Words of what a link or an address leads to. */

export const aWebPage = "a web page";
export const textWithoutACell = "text without a cell";
export const isNoNotebookItIs = ({
  what,
  found,
}: {
  what: string;
  found: string;
}) =>
  `${what} is no notebook: it is ${found}. A notebook is a Markdown file with \`flowbook: 1\` at its head and cells such as \`\`\`ts name.`;
export const answeredCheckTheAddressOr = ({
  host,
  status,
  status2,
}: {
  host: string;
  status: number;
  status2: string;
}) =>
  `${host} answered ${status}${status2}. Check the address, or ask whoever sent it.`;
export const whatSentIsNoNotebook = ({ host }: { host: string }) =>
  `What ${host} sent is no notebook: it is not text in UTF-8.`;
export const whatSent = ({ host }: { host: string }) => `What ${host} sent`;
export const itWantsYouToLog =
  " (it wants you to log in, and a notebook is opened without that)";
export const itDoesNotLetYou = " (it does not let you have it)";
export const notFound = " (not found)";
export const itWasDeleted = " (it was deleted)";
export const didNotAnswerWithinS = ({
  host,
  patience1000,
}: {
  host: string;
  patience1000: number;
}) => `${host} did not answer within ${patience1000} s. Try again later.`;
export const thisDeviceIsOfflineSo = ({ host }: { host: string }) =>
  `This device is offline, so ${host} cannot be asked. Go online and reload.`;
export const whatSendsIsMoreThan = ({
  host,
  megabytes,
}: {
  host: string;
  megabytes: string;
}) =>
  `What ${host} sends is more than ${megabytes}, which no notebook needs, so it was not read to its end.`;
export const theConnectionToBrokeOff = ({ host }: { host: string }) =>
  `The connection to ${host} broke off. Try again.`;
export const aNotebookIsOpenedFrom = ({ href }: { href: string }) =>
  `A notebook is opened from an https address only, and ${href} is none.`;
export const insideAnotherPageFlowbookShows =
  "Inside another page Flowbook shows a notebook from a link, and this address holds none. Whoever made the page finds the right address under Share, Embed.";
export const thisLinkDoesNotOpen = "This link does not open";
export const thisNotebookDoesNotOpen = "This notebook does not open";
export const whatYouPasted = "What you pasted";
export const tooManyRequestsWaitA = " (too many requests; wait a little)";
export const couldNotBeReadEither = ({ href }: { href: string }) =>
  `${href} could not be read. Either nothing answers there, or the host does not let other pages read it (CORS). Put the file into a gist, a public repository or on a host that sends "Access-Control-Allow-Origin: *"; or download it, and open it as a file.`;
