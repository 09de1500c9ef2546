/** What is wrong with the description of a parameter, in the words of somebody who writes cells. */

/** What a setting may be: how types that fit are written, and what it is called. */
interface Kind {
  fits: RegExp;
  name: string;
}

const text: Kind = { fits: /^(?:string|".*")$/, name: "text" };
const number: Kind = { fits: /^(?:number|-?[\d.e+-]+)$/, name: "a number" };
const flag: Kind = { fits: /^(?:boolean|true|false)$/, name: "true or false" };
const day: Kind = {
  fits: /^(?:".*"|`.*`)$/,
  name: 'a day as text, such as "2026-05-31"',
};
const choice: Kind = {
  fits: /^(?:string|".*"|number|-?[\d.e+-]+)$/,
  name: "text or a number",
};
const moment: Kind = { fits: /^Date$/, name: "a Date" };
const list: Kind = {
  fits: /(?:\[\]|^(?:readonly )?\[.*\])$/s,
  name: "a list of texts or numbers",
};
const anything: Kind = { fits: /^/, name: "anything" };

/** What each type takes as its default, and in its other settings. */
const types: Readonly<
  Record<string, { default: Kind } & Readonly<Record<string, Kind>>>
> = {
  string: { default: text, min: number, max: number },
  number: { default: number, min: number, max: number, step: number },
  boolean: { default: flag },
  date: { default: day, min: day, max: day },
  datetime: { default: moment, min: moment, max: moment },
  json: { default: anything },
};

const words = { label: text, help: text };

/** Of a parameter that is described as none can be, by the type that the description has; undefined if nothing is found in it. */
export function tellParameter(given: string): string | undefined {
  const fields = fieldsOf(given);
  const type = /^"(.*)"$/.exec(fields.get("type") ?? "")?.[1] ?? "string";
  const isChoice = fields.has("options") && !fields.has("type");
  const known = isChoice
    ? { default: choice }
    : Object.hasOwn(types, type)
      ? types[type]
      : undefined;
  if (!known)
    return `There is no parameter of type “${type}”. The types are ${Object.keys(types).join(", ")}.`;
  const value = fields.get("default");
  if (value !== undefined && !fits(value, known.default, "null"))
    return isChoice
      ? `The default of this parameter is ${value}, and must be ${choice.name}.`
      : `The default of this parameter is ${value}, but its type is ${type}. Write a default of that type.`;
  const settings = { ...known, ...words, options: list };
  for (const [name, wanted] of Object.entries(settings)) {
    const setting = name === "default" ? undefined : fields.get(name);
    if (setting !== undefined && !fits(setting, wanted))
      return `${name} is ${nameOf(setting)} here, and must be ${wanted.name}.`;
  }
  return undefined;
}

/** Whether all that something can be fits. */
function fits(type: string, { fits }: Kind, also?: string): boolean {
  return split(type, "|").every(
    (one) => one === "undefined" || one === also || fits.test(one),
  );
}

function nameOf(type: string): string {
  const kind = [text, number, flag].find((one) => fits(type, one));
  return kind?.name ?? type;
}

/** The fields of a type that is written as `{ name: type; name: type; }`. */
function fieldsOf(type: string): Map<string, string> {
  return new Map(
    split(type.slice(1, -1), ";").flatMap((field) => {
      const found = /^(?:readonly )?(\w+)\??: ([^]*)$/.exec(field);
      return found ? [[found[1]!, found[2]!] as const] : [];
    }),
  );
}

/** The parts of a type between signs that stand in no text and in no brackets. */
function split(type: string, sign: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const [token] of type.matchAll(/"(?:[^"\\]|\\.)*"|=>|[^]/g)) {
    if (/^[[({<]$/.test(token)) depth += 1;
    else if (/^[\])}>]$/.test(token)) depth -= 1;
    if (token === sign && depth === 0) parts.push("");
    else parts[parts.length - 1] += token;
  }
  return parts.map((part) => part.trim());
}
