import * as words from "../words/taskRun.ts";

/** What a person typed as a value: JSON, or nothing for no value. */
export type TypedValue =
  { ok: true; value: unknown } | { ok: false; reason: string };

/** Reads it; says in words what is wrong, and where if that is known. */
export function readJsonText(text: string): TypedValue {
  if (text.trim() === "") return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (thrown) {
    const { message } = thrown as Error;
    const at = /position (\d+)/.exec(message)?.[1];
    return {
      ok: false,
      reason: at === undefined ? words.notJson : problemAt(text, Number(at)),
    };
  }
}

function problemAt(text: string, at: number): string {
  const before = text.slice(0, at).split("\n");
  const column = before.at(-1)!.length + 1;
  return text.includes("\n")
    ? words.notJsonAtPlace({ line: before.length, column })
    : words.notJsonAtColumn(column);
}
