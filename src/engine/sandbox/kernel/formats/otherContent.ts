import { showValue } from "../../../../core/words.ts";
import type { ToldSource } from "./badLines.ts";
import { sampleLength } from "./csvDialect.ts";

/** Refuses what is plainly no CSV: the page or the error that a server gave in its place would be rows without sense. */
export function refuseOther(
  beginning: string,
  isAll: boolean,
  { name, type = "" }: ToldSource,
): void {
  const text = beginning.trimStart();
  const reader = otherReader(text, isAll, type.toLowerCase());
  if (!reader) return;
  const { what, advice } = reader;
  throw new Error(
    `${name} is ${what} and not CSV: it begins with ${showValue(text.slice(0, 50))}. ${advice}`,
  );
}

function otherReader(
  text: string,
  isAll: boolean,
  type: string,
): { what: string; advice: string } | undefined {
  const isMarkup =
    /^<(?:!doctype\b|!--|html\b|\?xml\b)/i.test(text) ||
    (/\b(?:html|xml)\b/.test(type) && text.startsWith("<"));
  if (isMarkup)
    return {
      what: /^<\?xml\b/i.test(text) && !/<html\b/i.test(text) ? "XML" : "HTML",
      advice:
        "It may be a page about the file, or one to sign in. Get the file itself; a table of a page is for readHtmlTable and fetchHtmlTable.",
    };
  return isJson(text, isAll, type)
    ? { what: "JSON", advice: "Read it with readJson or fetchJson." }
    : undefined;
}

/** JSON that comes as something else is known by being JSON as a whole. */
function isJson(text: string, isAll: boolean, type: string): boolean {
  const isSaid = /\bjson\b/.test(type);
  if (isSaid && /^[[{]/.test(text)) return true;
  if (!isAll || text.length > sampleLength) return false;
  if (!isSaid && !/^(?:\{\s*"|\[\s*[[{])/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
