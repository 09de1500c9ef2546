/** What the type checker says, in the words of somebody who writes cells. */
import { explainForeignName } from "../notebook/compile/foreignNames.ts";
import { tellParameter } from "./parameterWords.ts";

type Rule = [pattern: RegExp, plain: string | ((...found: string[]) => string)];

/** A parameter that is described as none can be. */
const parameter =
  /^(?:Argument of type|Type) '(\{.*\})' is not assignable to (?:parameter of )?type 'ParamSpec(?: \| undefined)?'\.$/;

const missing = /^Cannot find name '([^']+)'.*/;

/** Tried in order, on the first line of a message; what none of them knows is said as TypeScript says it. */
const rules: readonly Rule[] = [
  [
    /^Cannot find name '([^']+)'\. Did you mean '(?!undefined')([^']+)'\?/,
    "There is no “$1”. Did you mean “$2”?",
  ],
  [
    missing,
    "There is no “$1”: no cell defines it, and it is no name of the language.",
  ],
  [parameter, "This describes no parameter."],
  [
    /^Argument of type '(?!.*\]>?')(.+)' is not assignable to parameter of type 'Input<readonly (.+)\[\]> \| Unmapped<.+>'\.$/,
    (given, element) =>
      `This is ${given}, but a map goes over a list, here of ${element}. What is the same in each run is written as unmapped(...).`,
  ],
  [
    /^Type 'Task<.+>' is missing the following properties from type 'AnyRef<.+>'.*$/,
    "This is a task, but a ref is wanted here. Call the task, and give what the call returns.",
  ],
  [
    /^Type 'Ref<(?:readonly )?.+\[\]>' must have a '\[Symbol\.iterator\]\(\)' method that returns an iterator\.$/,
    "This list is not there yet while the flow is drawn, nor how long it will be: it cannot be unpacked or gone through. Take an element of it as in list[0], or map a task over it.",
  ],
  [
    /^Type '(.+)' must have a '\[Symbol\.iterator\]\(\)' method that returns an iterator\.$/,
    "This is $1, which is no list: it cannot be unpacked as one or gone through.",
  ],
  [
    /^'([^']+)' implicitly has (?:return )?type 'any' because .*$/,
    "The type of “$1” goes in a circle, since “$1” is made of itself. Say what it is, as in $1: number.",
  ],
  [
    /^Function implicitly has return type 'any' because .*$/,
    "What this function returns goes in a circle. Say what it is, as in (): number => ...",
  ],
  [
    /^Cannot find module '([^']+)'/,
    '“$1” cannot be imported: a cell can import from "flowbook", and packages of npm with their version.',
  ],
  [
    /^Property '([^']+)' does not exist on type '(.+)'\. Did you mean '([^']+)'\?/,
    "$2 has no “$1”. Did you mean “$3”?",
  ],
  [/^Property '([^']+)' does not exist on type '(.+)'\.$/, "$2 has no “$1”."],
  [
    /^Argument of type '(.+)' is not assignable to parameter of type '(.+)'\.$/,
    "This is $1, but $2 is wanted here.",
  ],
  [
    /^Type '(.+)' is not assignable to type '(.+)'\. Did you mean '"?([^'"]+)"?'\?$/,
    "This is $1, but $2 is wanted here. Did you mean “$3”?",
  ],
  [
    /^Type '(.+)' is not assignable to type '(.+)'\.$/,
    "This is $1, but $2 is wanted here.",
  ],
  [
    /^Property '([^']+)' is missing in type '(.+)' but required in type '(.+)'\.$/,
    "“$1” is missing.",
  ],
  [
    /^Expected (\S+) arguments?, but got (\d+)\.$/,
    (wanted, given) =>
      `This takes ${countArguments(wanted)}, but is given ${given}.`,
  ],
  [
    /^Expected at least (\d+) arguments?, but got (\d+)\.$/,
    (least, given) =>
      `This takes at least ${countArguments(least)}, but is given ${given}.`,
  ],
  [
    /^Parameter '([^']+)' implicitly has an 'any' type\.$/,
    "Say what “$1” is, as in $1: string.",
  ],
  [
    /^Object literal may only specify known properties, but '([^']+)' does not exist in type '(.+)'\. Did you mean to write '([^']+)'\?/,
    "There is no “$1” here. Did you mean “$3”?",
  ],
  [
    /^Object literal may only specify known properties, and '([^']+)' does not exist in type '(.+)'\.$/,
    "There is no “$1” in $2.",
  ],
  [/^'(.+)' is possibly 'null'\.$/, "“$1” may be null. Check it first."],
  [
    /^'(.+)' is possibly 'undefined'\.$/,
    "“$1” may be undefined. Check it first.",
  ],
  [
    /^'(.+)' is possibly 'null' or 'undefined'\.$/,
    "“$1” may be null or undefined. Check it first.",
  ],
  [/^Object is possibly '(.+)'\.$/, "This may be $1. Check it first."],
  [
    /^'(.+)' is of type 'unknown'\.$/,
    "It is not known what “$1” is. Check it first, or say what it is.",
  ],
  [
    /^Operator '(.+)' cannot be applied to types '(.+)' and '(.+)'\.$/,
    "$2 and $3 cannot be combined with $1.",
  ],
  [
    /^This condition will always return true since this 'Ref<.+>' is always defined\.$/,
    "This is always true: a ref has no value while the flow is drawn. Use when(...), or check it in a task.",
  ],
];

function countArguments(count: string): string {
  return count === "1" ? "1 argument" : `${count} arguments`;
}

/** Adds nothing to the line above it. */
const isNoise = (line: string): boolean =>
  / is missing the following properties from type '(?:Date|readonly .+\[\])':/.test(
    line,
  );

const advice = /Advice<"((?:[^"\\]|\\.)*)">/;

/** Types without `Input`, the library's word for "this, or a ref to it": who writes a cell is told what is wanted. */
function withoutInput(message: string): string {
  const begin = /\bInput</.exec(message);
  if (!begin) return message;
  const from = begin.index + begin[0].length;
  const to = endOfType(message, from);
  const rest = message.slice(to + 1);
  const type = message.slice(from, to);
  // A list of this or that has brackets around the two.
  const isListOfEither = rest.startsWith("[]") && type.includes(" | ");
  const plain = isListOfEither ? `(${type})` : type;
  return withoutInput(message.slice(0, begin.index) + plain + rest);
}

/** Where the `>` stands that ends what begins at `from`; that of an arrow ends nothing. */
function endOfType(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "<") depth += 1;
    if (text[at] !== ">" || text[at - 1] === "=") continue;
    if (depth === 0) return at;
    depth -= 1;
  }
  return text.length;
}

/** What to do about a name of other surroundings, where a line says that it is missing. */
function foreign(line: string): string | undefined {
  const name = missing.exec(line)?.[1];
  return name === undefined ? undefined : explainForeignName(name);
}

/** What TypeScript thinks was meant by what is written at the place of its message; undefined if it cannot stand there as it is. */
export function meantInstead(
  message: string,
  written: string,
): string | undefined {
  const [first = ""] = message.split("\n", 1);
  if (foreign(first) !== undefined) return undefined;
  const meant = /Did you mean (?:to write )?'(.+)'\?$/.exec(first)?.[1];
  if (meant === undefined || meant === "undefined") return undefined;
  const quote = /^(["'])[^"'\\]*\1$/.exec(written)?.[1];
  const text = /^"([^"'\\]+)"$/.exec(meant)?.[1];
  if (quote && text) return quote + text + quote;
  const isName = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
  return isName.test(written) && isName.test(meant) ? meant : undefined;
}

/** A message of TypeScript's, with all that stands below its first line. Advice of the language's own stands alone. */
export function plainWords(message: string): string {
  const advised = advice.exec(message)?.[1];
  if (advised !== undefined)
    return `${advised.charAt(0).toUpperCase()}${advised.slice(1)}.`.replaceAll(
      '\\"',
      '"',
    );
  const lines = message.split("\n");
  const described = parameter.exec(lines[0] ?? "")?.[1];
  const told = described && tellParameter(described);
  if (told) return told;
  const first = say(lines[0] ?? "");
  const end = lines.at(-1)?.trim() ?? "";
  const last = isNoise(end) ? first : say(end);
  return withoutInput(
    lines.length > 1 && last !== first ? `${first} ${last}` : first,
  );
}

/** The same for the values of a query. */
const valueRules: readonly Rule[] = [
  [
    /^Cannot find name '([^']+)'\. Did you mean '([^']+)'\?/,
    "There is no “$1”. Did you mean “$2”?",
  ],
  [
    /^Cannot find name '([^']+)'.*/,
    "There is no “$1”: no cell defines it, and no flow has a parameter of that name.",
  ],
  [
    new RegExp(
      `^Argument of type '(.+)' is not assignable to parameter of type '.*ʃBindable.*'\\.$`,
    ),
    "This is $1, which a query cannot take. Bind a text, a number, a date, a boolean, bytes, null, or a list of them.",
  ],
  [
    /^Expected 1 arguments, but got 0\.$/,
    "Write between the brackets what the query takes here.",
  ],
];

/** A message of TypeScript's about a value that a query takes. */
export function wordsOfValue(message: string): string {
  const first = message.split("\n", 1)[0] ?? "";
  const plain = say(first, valueRules);
  return plain === first ? plainWords(message) : plain;
}

function say(line: string, among = rules): string {
  const advice = foreign(line);
  if (advice !== undefined) return advice;
  for (const [pattern, plain] of among) {
    const found = pattern.exec(line);
    if (!found) continue;
    return typeof plain === "string"
      ? line.replace(pattern, plain)
      : plain(...found.slice(1));
  }
  return line;
}
