/** Words of the sheet of hosts. */

export const mayItContactTheseHosts = "May it contact these hosts?";
export const hostsThatItMayContact = "Hosts that it may contact";
export const aHostThatYouAllow =
  "A host that you allow can be sent whatever this notebook reads: its tables, its files, your parameters. Nothing else of yours is in its reach.";
export const thePageAroundItCan = "The page around it can read the same.";
export const refuse = "Refuse";
export const allow = "Allow";
export const thisNotebookNamesNoHost = "This notebook names no host.";
export const thisCode = "this code";
export const thisNotebook = "this notebook";
export const asLongAsThisPage = " as long as this page is open";
export const itRunsWhenEachHost = ({
  thisNotebook,
  asLongAsThisPage,
}: {
  thisNotebook: string;
  asLongAsThisPage: string;
}) =>
  `It runs when each host has an answer. You will not be asked again for ${thisNotebook}${asLongAsThisPage}.`;
export const cancel = "Cancel";
export const runWithoutNetwork = "Run without network";
export const httpsApiExampleOrg = "https://api.example.org";
export const anotherHost = "Another host";
export const allowThisHost = "Allow this host";
