/**
 * The names of a function's parameters, read off its text, for the labels of edges. A parameter that is taken apart
 * (`{ id }`) has none: "". What cannot be read gives a shorter list.
 */
export function readParameterNames(fn: object): string[] {
  let text: string;
  try {
    text = Function.prototype.toString.call(fn);
  } catch {
    return [];
  }
  const head = /^(?:async\b\s*)?(?:function\b\s*\*?\s*)?[\w$]*\s*/.exec(
    text,
  )![0];
  const rest = text.slice(head.length);
  if (!rest.startsWith("(")) {
    // `async x => ...` and `x => ...`
    const single = /^(?:async\s+)?([A-Za-z_$][\w$]*)\s*=>/.exec(text);
    return single ? [single[1]!] : [];
  }
  const names: string[] = [];
  for (const parameter of splitList(rest)) {
    const name = /^\s*(?:\.\.\.\s*)?([A-Za-z_$][\w$]*)/.exec(parameter);
    names.push(name?.[1] ?? "");
  }
  return names;
}

/** The parts between the commas of a parenthesised list that starts the text. */
function splitList(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    const skipped =
      /^(?:\/\*[^]*?\*\/|\/\/[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)/.exec(
        text.slice(at, at + 1000),
      )?.[0];
    if (skipped) {
      at += skipped.length - 1;
      if (!skipped.startsWith("/")) part += '""';
      continue;
    }
    if ("([{".includes(char)) {
      depth += 1;
      if (depth === 1) continue;
    } else if (")]}".includes(char)) {
      depth -= 1;
      if (depth === 0) break;
    } else if (char === "," && depth === 1) {
      parts.push(part);
      part = "";
      continue;
    }
    part += char;
  }
  if (part.trim()) parts.push(part);
  return parts;
}
