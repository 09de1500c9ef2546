/** A text as it may come in: in pieces of that length. */
export async function* piecesOf(
  text: string,
  size = Infinity,
): AsyncGenerator<string> {
  if (text.length <= size) yield text;
  else
    for (let at = 0; at < text.length; at += size)
      yield await Promise.resolve(text.slice(at, at + size));
}
