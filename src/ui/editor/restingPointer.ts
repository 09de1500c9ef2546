/** The pointer over a text, as a card goes by it that is shown where it rests. */
export class RestingPointer {
  #isOver = false;
  #isTyping = false;

  /** It rests on what it was moved to, until it leaves or somebody types. */
  get isResting(): boolean {
    return this.#isOver && !this.#isTyping;
  }

  moved({
    movementX,
    movementY,
  }: Pick<MouseEvent, "movementX" | "movementY">): void {
    this.#isOver = true;
    // What moves below a pointer that lies still, because somebody types, is not pointed at.
    if (movementX !== 0 || movementY !== 0) this.#isTyping = false;
  }

  left(): void {
    this.#isOver = false;
  }

  typed(): void {
    this.#isTyping = true;
  }
}
