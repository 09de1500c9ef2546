/** What index.html shows until the page is there. Under it the page is made in pieces, a task each, which nobody sees come. */
const cover = (): HTMLElement | null => document.getElementById("shell");

export function isCovered(): boolean {
  return cover() !== null;
}

export function uncover(): void {
  cover()?.remove();
}
