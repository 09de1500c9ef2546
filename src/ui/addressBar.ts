import { readAddress } from "./address.ts";

/** The page's address, with a step in the browser's history for each notebook that was opened, so that Back leads to the one before. */
export class AddressBar {
  readonly #isEmbedded: boolean;
  /** The address of what is on show. */
  #shown: string | undefined;
  /** The last step of Back or Forward, while what it leads to is being opened. */
  #travel: object | undefined;

  constructor(isEmbedded: boolean) {
    this.#isEmbedded = isEmbedded;
  }

  /**
   * Shows query and fragment of what is open. Another notebook (or the list of them) is a step of its own, except the first one
   * and what Back and Forward lead to; anything else takes the place of what the address was.
   */
  show(address: string): void {
    const before = this.#shown;
    const url = new URL(location.pathname + address, location.origin);
    this.#shown = url.href;
    // The address is where the reader went; what was being opened before must not take its place.
    if (this.#travel) return;
    const isStep =
      before !== undefined &&
      !this.#isEmbedded &&
      opensOf(url) !== opensOf(new URL(before));
    if (isStep) history.pushState(null, "", url);
    else history.replaceState(null, "", url);
  }

  /** The same notebook under another address. */
  rename(address: string): void {
    this.#shown = undefined;
    this.show(address);
  }

  /** What the address names cannot be opened: it stays. */
  keep(): void {
    this.#shown = location.href;
  }

  /** Has opened what Back, Forward or a person's own change of the address has led to. */
  onTravel(open: () => Promise<void>): void {
    addEventListener("popstate", () => {
      if (!this.#travel && location.href === this.#shown) return;
      const travel = {};
      this.#travel = travel;
      void open().finally(() => {
        if (this.#travel !== travel) return;
        this.#travel = undefined;
        if (this.#shown) history.replaceState(null, "", this.#shown);
      });
    });
  }
}

function opensOf({ search, hash }: URL): string {
  return JSON.stringify(readAddress(search, hash).opens);
}
