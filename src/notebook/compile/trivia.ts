const spaceOrComment = /(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\/)*/y;
const identifierRest =
  /(?:[\p{ID_Continue}$\u200c\u200d]|\\u\{?[\da-fA-F]+\}?)*/uy;

/** The first offset from `from` on that is neither white space nor in a comment. */
export function skipTrivia(source: string, from: number): number {
  spaceOrComment.lastIndex = from;
  spaceOrComment.exec(source);
  return spaceOrComment.lastIndex;
}

/** Where the identifier ends that begins at `from`. */
export function skipIdentifier(source: string, from: number): number {
  identifierRest.lastIndex = from;
  identifierRest.exec(source);
  return identifierRest.lastIndex;
}

/** Like {@link skipTrivia}, and over the given marks too. */
export function skipMarks(source: string, from: number, marks: string): number {
  let at = skipTrivia(source, from);
  while (at < source.length && marks.includes(source.charAt(at)))
    at = skipTrivia(source, at + 1);
  return at;
}
