/** A piece of a message, which is code or not. */
export interface Part {
  text: string;
  isCode: boolean;
}

/** The pieces of a message: what stands between backticks is code, without them, and so is a template with its tag, sql`...`, with them. */
export function codeParts(message: string): Part[] {
  return message.split(/(\w*`[^`\n]+`)/).map((part, at) => ({
    text: part.replace(/^`(.*)`$/, "$1"),
    isCode: at % 2 > 0,
  }));
}
