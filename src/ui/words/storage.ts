/** Words of a browser's storage that is denied to the page, or does not work. */

/** What a page can still do, and what to do about it. */
export const storageDenied =
  "The browser lets this page store nothing: cookies and site data are blocked. What is open can be read, but not changed, run or kept. Allow site data for this site in the settings of the browser, and reload the page.";
export const storageFails = "This browser's storage fails";
export const storageSilent = "This browser's storage does not answer";
export const storageSilentHint =
  "The page asked for your notebooks and has waited for ten seconds. It goes on as soon as there is an answer. If none comes, close the other tabs of this site, and load the page again; if that does not help, start the browser anew.";
