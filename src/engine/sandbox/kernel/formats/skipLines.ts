/** Where the line begins that has so many before it; undefined if they are not all there, or the last of them may go on behind the end. */
export function startOfLine(
  length: number,
  codeAt: (at: number) => number,
  before: number,
): number | undefined {
  let at = 0;
  for (let line = 0; line < before; line += 1) {
    while (at < length && codeAt(at) !== 10 && codeAt(at) !== 13) at += 1;
    const isReturn = codeAt(at) === 13;
    // What comes next may be the other half of the break.
    if (at >= length || (isReturn && at + 1 === length)) return undefined;
    at += isReturn && codeAt(at + 1) === 10 ? 2 : 1;
  }
  return at;
}

/** The text without its first lines. */
export async function* skipLines(
  text: AsyncIterable<string>,
  count: number,
): AsyncGenerator<string> {
  let start: string | undefined = "";
  for await (const piece of text) {
    if (start === undefined) {
      yield piece;
      continue;
    }
    start += piece;
    const at: number | undefined = startOfLine(
      start.length,
      (at) => start!.charCodeAt(at),
      count,
    );
    if (at === undefined) continue;
    yield start.slice(at);
    start = undefined;
  }
}
