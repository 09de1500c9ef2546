/** An opening fence of Markdown: a run of at least three backticks or tildes, indented by less than four spaces. */
export interface Fence {
  mark: "`" | "~";
  length: number;
  indent: number;
  /** What follows the run, trimmed. */
  info: string;
}

/** Reads a line as an opening fence. */
export function openFence(line: string): Fence | undefined {
  const match = /^( {0,3})(`{3,}|~{3,})(.*)$/s.exec(line);
  if (!match) return undefined;
  const [, indent = "", run = "", info = ""] = match;
  const mark = run.startsWith("`") ? "`" : "~";
  // A backtick in the info string makes the line inline code in a paragraph.
  if (mark === "`" && info.includes("`")) return undefined;
  return {
    mark,
    length: run.length,
    indent: indent.length,
    info: info.trim(),
  };
}

/** The index of the line that closes a fence, at or after `start`; undefined if none does. */
export function findClosingFence(
  lines: readonly string[],
  start: number,
  fence: Fence,
): number | undefined {
  for (let index = start; index < lines.length; index += 1) {
    const run = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(lines[index] ?? "")?.[1];
    if (run?.startsWith(fence.mark) && run.length >= fence.length) return index;
  }
  return undefined;
}

/** A run of `mark` long enough to fence in `source`: longer than any that starts one of its lines. */
export function fenceAround(source: string, mark: "`" | "~"): string {
  const pattern =
    mark === "`"
      ? /^[^\S\n\r\u2028\u2029]*(`{3,})/gm
      : /^[^\S\n\r\u2028\u2029]*(~{3,})/gm;
  let length = 3;
  for (const match of source.matchAll(pattern))
    length = Math.max(length, (match[1] ?? "").length + 1);
  return mark.repeat(length);
}
