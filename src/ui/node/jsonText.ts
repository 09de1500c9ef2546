import * as words from "../words/taskRun.ts";

/** What a person typed as a value: JSON, or nothing for no value. */
export type TypedValue =
  { ok: true; value: unknown } | { ok: false; reason: string };

/** Reads it; says in words what is wrong, and where if that is known. */
export function readJsonText(text: string): TypedValue {
  if (text.trim() === "") return { ok: true, value: undefined };
  try {
    const value = JSON.parse(text) as unknown;
    const bare = text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, "");
    const reason = isTooDeep(bare) ? words.nestedTooDeep : roundedIn(bare);
    return reason === undefined ? { ok: true, value } : { ok: false, reason };
  } catch (thrown) {
    const { message } = thrown as Error;
    const at = /position (\d+)/.exec(message)?.[1];
    return {
      ok: false,
      reason: at === undefined ? words.notJson : problemAt(text, Number(at)),
    };
  }
}

/** A value that is nested deeper is lost on its way into the database. */
const deepest = 500;

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const bracket of text.match(/[[\]{}]/g) ?? []) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1;
    if (depth > deepest) return true;
  }
  return false;
}

/** What to say of the first whole number whose digits no number can hold. */
function roundedIn(text: string): string | undefined {
  const long = text.match(/(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g) ?? [];
  const rounded = long.find((digits) => {
    const number = Number(digits);
    return number === Infinity || BigInt(number) !== BigInt(digits);
  });
  return rounded && words.roundedNumber(rounded.slice(0, 40));
}

function problemAt(text: string, at: number): string {
  const before = text.slice(0, at).split("\n");
  const column = before.at(-1)!.length + 1;
  return text.includes("\n")
    ? words.notJsonAtPlace({ line: before.length, column })
    : words.notJsonAtColumn(column);
}
