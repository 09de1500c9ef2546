/** Words of the packages that a notebook imports. */

export const packages = "Packages";
export const thisNotebookImports = "This notebook imports";
export const whatItImportsIsFetched = ". What it imports is fetched once from";
export const comparedWithTheHashIn = "compared with the hash in the notebook";
export const pinnedByItsHashIn = "pinned by its hash in the notebook";
export const andKeptWithIt = ({
  pinnedByItsHashIn,
}: {
  pinnedByItsHashIn: string;
}) => `, ${pinnedByItsHashIn} and kept with it.`;
export const whoeverMadeTheNotebookChose =
  "Whoever made the notebook chose that address: it learns that somebody fetches these, and nothing else. Their code reaches no more than the notebook does.";
export const aPinChangesTheNotebook =
  "A pin changes the notebook, so a copy of it is kept among yours.";
export const fetching = "Fetching…";
export const fetch = "Fetch";
export const keepFetchAndPin = "Keep, fetch and pin";
export const fetchAndPin = "Fetch and pin";
export const couldNotBePinnedBecause = ({ specifier }: { specifier: string }) =>
  `${specifier} could not be pinned, because the front matter of the notebook is not valid YAML. Correct it in the file first.`;
export const couldNotBeFetchedCannot = ({
  specifier,
  host,
}: {
  specifier: string;
  host: string;
}) =>
  `${specifier} could not be fetched: ${host} cannot be reached. Check the connection and try again.`;
export const couldNotBeFetchedAnswers = ({
  specifier,
  host,
  status,
}: {
  specifier: string;
  host: string;
  status: number;
}) =>
  `${specifier} could not be fetched: ${host} answers with HTTP ${status}. Check the name and the version.`;
export const isNotPinnedYetPress = ({ specifier }: { specifier: string }) =>
  `${specifier} is not pinned yet. Press "Fetch and pin" above the notebook: it is fetched once, and kept with the notebook.`;
export const isNotOnThisDevice = ({ specifier }: { specifier: string }) =>
  `${specifier} is not on this device yet. Press "Fetch" above the notebook: it is fetched once, and kept with the notebook.`;
export const wasNotRunWhatIs = ({ specifier }: { specifier: string }) =>
  `${specifier} was not run: what is kept of it is not what packages in the front matter pins. Press "Fetch" to fetch it again. If the pin was changed on purpose, take its line out of the front matter and pin the package anew.`;
export const wasRefusedWhatGivesNow = ({
  specifier,
  cdn,
}: {
  specifier: string;
  cdn: string;
}) =>
  `${specifier} was refused: what ${cdn} gives now is not what this notebook pins. Someone may have changed it on the way. Ask whoever shared the notebook; if you trust what is there now, take the line of ${specifier} out of packages in the front matter and pin it anew.`;
