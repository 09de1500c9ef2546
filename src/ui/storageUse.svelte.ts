/** How much this browser keeps for Flowbook, and whether it may throw that away when space is short. */
export class StorageUse {
  /** Bytes of all that is kept, about; undefined where the browser does not tell. */
  bytes = $state<number>();
  /** Whether only the reader can delete it; undefined where the browser does not tell. */
  isPersistent = $state<boolean>();
  #isAsked = false;

  async look(): Promise<void> {
    const { storage } = navigator;
    // What the browser says is left is not worth showing: it promises room that the disk has not.
    this.bytes = (await storage?.estimate?.())?.usage;
    this.isPersistent = await storage?.persisted?.();
  }

  /** Asks the browser, once, to keep what is kept. */
  async askToPersist(): Promise<void> {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.isPersistent = await navigator.storage?.persist?.();
  }
}
