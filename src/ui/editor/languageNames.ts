/** What the declaration of the language says about each name, for completion and hover. Read from the declaration itself. */
import declaration from "../../language/flowbook.d.ts?raw";

export interface LanguageName {
  name: string;
  kind: "function" | "variable";
  /** The declaration on one line. */
  signature: string;
  /** What its comment says. */
  doc: string;
  /** Fields of a variable that is an object. */
  members: readonly LanguageName[];
}

const entry =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*\ndeclare (function|var) (\w+)([\s\S]*?)(?=\n\n|\n\/\*\*|\ndeclare|\ninterface|\ntype)/g;
const member =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*\n\s+(?:readonly )?(\w+)(\??[(:<][^\n]*)/g;

function clean(comment: string): string {
  return comment
    .replace(/^\s*\*? ?/gm, "")
    .replace(/\{@link (\w+)\}/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
}

function readMembers(body: string): LanguageName[] {
  return [...body.matchAll(member)].map((match) => ({
    name: match[2] ?? "",
    kind: match[3]?.startsWith("(") ? "function" : "variable",
    signature: `${match[2] ?? ""}${(match[3] ?? "").trim()}`,
    doc: clean(match[1] ?? ""),
    members: [],
  }));
}

function bodyOf(interfaceName: string): string {
  const start = declaration.search(
    new RegExp(`^interface ${interfaceName}\\b`, "m"),
  );
  return start < 0
    ? ""
    : declaration.slice(start, declaration.indexOf("\n}", start));
}

/** Every name of the language. */
export const languageNames: readonly LanguageName[] = [
  ...declaration.matchAll(entry),
].map((match) => {
  const rest = (match[4] ?? "").trimEnd();
  const type = /^: (\w+)$/.exec(rest)?.[1];
  const isObject = rest.startsWith(": {");
  return {
    name: match[3] ?? "",
    kind: match[2] === "function" ? "function" : "variable",
    signature: isObject
      ? (match[3] ?? "")
      : `${match[3] ?? ""}${rest}`.replace(/\s+/g, " "),
    doc: clean(match[1] ?? ""),
    members: readMembers(
      isObject ? rest : type === undefined ? "" : bodyOf(type),
    ),
  };
});

/** The options that stand in the last argument of a call, by the function's name. */
export const optionNames: Readonly<Record<string, readonly LanguageName[]>> = {
  task: readMembers(bodyOf("TaskOptions")),
  with: readMembers(bodyOf("TaskOptions")),
  flow: readMembers(bodyOf("FlowOptions")),
};

const byName = new Map(languageNames.map((known) => [known.name, known]));

export function findLanguageName(name: string): LanguageName | undefined {
  return byName.get(name);
}
