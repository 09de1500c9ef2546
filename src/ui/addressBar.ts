import { readAddress } from "./address.ts";

/** The page's address, with a step in the browser's history for each notebook that was opened, so that Back leads to the one before. */
export class AddressBar {
  readonly #isEmbedded: boolean;
  #shown: string | undefined;
  #isTravelling = false;

  constructor(isEmbedded: boolean) {
    this.#isEmbedded = isEmbedded;
  }

  /**
   * Shows query and fragment of what is open. Another notebook (or the list of them) is a step of its own, except the first one
   * and what Back and Forward lead to; anything else takes the place of what the address was.
   */
  show(address: string): void {
    const url = new URL(location.pathname + address, location.origin);
    const isStep =
      this.#shown !== undefined &&
      !this.#isTravelling &&
      !this.#isEmbedded &&
      opensOf(url) !== opensOf(new URL(this.#shown));
    this.#isTravelling = false;
    this.#shown = url.href;
    if (isStep) history.pushState(null, "", url);
    else history.replaceState(null, "", url);
  }

  /** The same notebook under another address. */
  rename(address: string): void {
    this.#isTravelling = true;
    this.show(address);
  }

  /** Calls back when Back, Forward or a person's own change of the address has led elsewhere. */
  onTravel(call: () => void): void {
    addEventListener("popstate", () => {
      if (location.href === this.#shown) return;
      this.#isTravelling = true;
      call();
    });
  }
}

function opensOf({ search, hash }: URL): string {
  return JSON.stringify(readAddress(search, hash).opens);
}
