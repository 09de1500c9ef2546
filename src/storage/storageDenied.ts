/** Whether the browser lets this page store nothing, as it does when cookies and site data are blocked: then a mere look at its storage throws. */
export function isStorageDenied(): boolean {
  try {
    // It may be switched off by itself, which only costs comfort; but it throws where IndexedDB says no when it is opened.
    void localStorage;
    return !indexedDB;
  } catch {
    return true;
  }
}
