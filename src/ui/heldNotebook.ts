/** Which notebook this tab could change when its page went away: loaded again, it has that again, though another tab was next in line. */
const name = "flowbook:held";
/** How long loading a page again may take, in milliseconds. After that somebody may work in the other tab. */
const patience = 10_000;

/** Notes it for the page that comes next in this tab. */
export function noteHeld(notebook: string): void {
  try {
    sessionStorage.setItem(name, JSON.stringify([notebook, Date.now()]));
  } catch {
    // Then the other tab keeps it.
  }
}

/** The notebook that the page before this one could change a moment ago; it is told once. */
export function takeHeld(): string | undefined {
  try {
    const [notebook, at] = JSON.parse(sessionStorage.getItem(name) ?? "[]") as [
      string?,
      number?,
    ];
    sessionStorage.removeItem(name);
    return Date.now() - (at ?? 0) < patience ? notebook : undefined;
  } catch {
    return undefined;
  }
}
