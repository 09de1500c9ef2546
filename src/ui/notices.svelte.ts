/** A message to the reader that asks for nothing; it goes away when closed. */
export interface Notice {
  id: number;
  kind: "info" | "error";
  message: string;
  /** A button, such as Undo. */
  action?: { label: string; run: () => void };
  /** Whether it stays until somebody closes it or it is taken back. */
  stays?: boolean;
}

/** More would cover the page. */
const mostShown = 5;

/** The messages that are on show. */
export class Notices {
  all = $state.raw<readonly Notice[]>([]);
  #next = 1;
  #afterwards = new Map<number, () => void>();
  readonly #offers: number[] = [];
  readonly #untilRun: number[] = [];
  readonly #refusals: number[] = [];
  #unsaved: { id: number; reason: string } | undefined;

  /** Shows a message and gives its id. `afterwards` is called when it goes, unless its button was pressed. */
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
    const same = this.all.find(
      (other) =>
        other.kind === kind && other.message === message && !other.action,
    );
    if (same) this.close(same.id);
    else if (this.all.length >= mostShown)
      this.close((this.all.find(({ stays }) => !stays) ?? this.all[0]!).id);
    this.all = [...this.all, notice];
    return id;
  }

  /**
   * Says what was done to the notebook on show, and offers the way back, if there is one; `isOfData` where that is to all rows as
   * they were. Gives the id of the message.
   */
  offer(message: string, action: Notice["action"], isOfData = false): number {
    const id = this.add("info", message, action);
    this.#offers.push(id);
    if (isOfData) this.#untilRun.push(id);
    return id;
  }

  /** The same, until somebody or the page closes it. */
  addStaying(
    kind: Notice["kind"],
    message: string,
    action?: Notice["action"],
  ): number {
    const id = this.add(kind, message, action);
    this.all = this.all.map((notice) =>
      notice.id === id ? { ...notice, stays: true } : notice,
    );
    return id;
  }

  /** Says why what was asked for did not happen, until a run begins, the form has other values, the same happens, or another notebook is opened. */
  refuse(message: string): void {
    this.#refusals.push(this.add("error", message));
  }

  /** Says why the notebook cannot be saved for as long as that is so: until another reason or none is given. If it was closed, it is said again. */
  tellUnsaved(reason: string | undefined): void {
    if (this.#unsaved?.reason === reason) return;
    if (this.#unsaved) this.close(this.#unsaved.id);
    if (reason === undefined) return;
    this.#unsaved = { id: this.addStaying("error", reason), reason };
  }

  closeRefusals(): void {
    for (const id of this.#refusals.splice(0)) this.close(id);
  }

  /** A run begins: with the rows of before, what it writes would be taken back. */
  closeUntilRun(): void {
    this.closeRefusals();
    for (const id of this.#untilRun.splice(0)) this.close(id);
  }

  /** Another notebook comes on show: what was offered to do to the one before, if there was one, is not to be done to it, and what went wrong there is past. */
  leaveNotebook(before: string | undefined): void {
    this.closeRefusals();
    for (const id of this.#offers.splice(0)) this.close(id);
    for (const { id, kind, stays } of this.all)
      if (before !== undefined && kind === "error" && !stays) this.close(id);
  }

  close(id: number): void {
    if (this.#unsaved?.id === id) this.#unsaved = undefined;
    this.all = this.all.filter((notice) => notice.id !== id);
    this.#afterwards.get(id)?.();
    this.#afterwards.delete(id);
  }
}
