/** Words of the packages that a notebook imports. */

export const packages = "Packages";
/** Marked, with {names} of the packages and {cdn}, where they are fetched from. */
export const importsPinned =
  "This notebook imports *{names}*. What it imports is fetched once from *{cdn}*, compared with the hash in the notebook and kept with it.";
export const importsUnpinned =
  "This notebook imports *{names}*. What it imports is fetched once from *{cdn}*, pinned by its hash in the notebook and kept with it.";
export const whoSeesFetch =
  "Whoever made the notebook chose that address: it learns that somebody fetches these, and nothing else. Their code reaches no more than the notebook does.";
export const pinKeepsCopy =
  "A pin changes the notebook, so a copy of it is kept among yours.";
export const fetching = "Fetching…";
export const fetch = "Fetch";
export const fetchAndPin = "Fetch and pin";
export const keepFetchAndPin = "Keep, fetch and pin";
/** What to do to have a package; a sentence goes on after it. */
export const howToFetch = 'Press "Fetch" above the notebook';
export const howToFetchAndPin = 'Press "Fetch and pin" above the notebook';
