/** A message to the reader that asks for nothing; it goes away when closed. */
export interface Notice {
  id: number;
  kind: "info" | "error";
  message: string;
  /** A button, such as Undo. */
  action?: { label: string; run: () => void };
}

/** The messages that are on show. */
export class Notices {
  all = $state.raw<readonly Notice[]>([]);
  #next = 1;
  #afterwards = new Map<number, () => void>();

  /**
   * Shows a message and gives its id. `afterwards` is called when it goes, unless its button was pressed; a message with that is about the library
   * and outlives the notebook on show.
   */
  add(
    kind: Notice["kind"],
    message: string,
    action?: Notice["action"],
    afterwards?: () => void,
  ): number {
    const id = this.#next;
    this.#next += 1;
    const run = (): void => {
      this.#afterwards.delete(id);
      action?.run();
    };
    const notice: Notice = { id, kind, message };
    if (action) notice.action = { label: action.label, run };
    if (afterwards) this.#afterwards.set(id, afterwards);
    this.all = [...this.all, notice];
    return id;
  }

  /** Another notebook comes on show, and what was offered to do to the one before is not to be done to it. */
  leaveNotebook(): void {
    for (const { id, action } of this.all)
      if (action && !this.#afterwards.has(id)) this.close(id);
  }

  close(id: number): void {
    this.all = this.all.filter((notice) => notice.id !== id);
    this.#afterwards.get(id)?.();
    this.#afterwards.delete(id);
  }
}
