/** How much text is parsed at a time at least. */
const pieceLength = 1 << 18;

/** Text in pieces that are worth the work on each; it is known of each whether it is the last. */
export async function* gather(
  text: AsyncIterable<string>,
): AsyncGenerator<{ piece: string; isLast: boolean }> {
  let gathered = "";
  let isFull = false;
  for await (const piece of text) {
    // The last one must be known to be it.
    if (isFull) {
      yield { piece: gathered, isLast: false };
      gathered = "";
    }
    gathered += piece;
    isFull = gathered.length >= pieceLength;
  }
  yield { piece: gathered, isLast: true };
}
