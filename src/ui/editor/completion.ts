import type {
  Completion,
  CompletionContext,
  CompletionResult,
} from "@codemirror/autocomplete";
import { schemaCompletionSource, SQLite } from "@codemirror/lang-sql";
import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import { hoverTooltip, type Tooltip } from "@codemirror/view";
import {
  findLanguageName,
  languageNames,
  optionNames,
  type LanguageName,
} from "./languageNames.ts";

/** What completion may offer beside the language; asked for when it is needed. */
export interface Surroundings {
  /** Names that the other cells define. */
  names(): readonly string[];
  /** Tables and their columns. */
  tables(): readonly { name: string; columns: readonly { name: string }[] }[];
}

const silent = new Set([
  "String",
  "TemplateString",
  "LineComment",
  "BlockComment",
]);

/** Names of the language, fields of its objects, options of tasks and flows, and names of other cells. */
export function completeCode(surroundings: Surroundings) {
  return (context: CompletionContext): CompletionResult | null => {
    const node = syntaxTree(context.state).resolveInner(context.pos, -1);
    if (silent.has(node.name)) return null;
    const field = context.matchBefore(/(\w+)\.\w*$/);
    if (field) {
      const owner = findLanguageName(field.text.split(".")[0] ?? "");
      if (!owner || owner.members.length === 0) return null;
      return {
        from: field.from + field.text.indexOf(".") + 1,
        options: owner.members.map((known) => toCompletion(known)),
        validFor: /^\w*$/,
      };
    }
    const word = context.matchBefore(/[\w$]+$/);
    if (!word && !context.explicit) return null;
    if (word && /\.$/.test(context.state.sliceDoc(word.from - 1, word.from)))
      return null;
    const options = optionsAt(context);
    return {
      from: word?.from ?? context.pos,
      options: [
        ...options.map((known) => toCompletion(known, 2)),
        ...surroundings.names().map((label) => ({
          label,
          type: "variable",
          detail: "cell",
          boost: 1,
        })),
        ...languageNames.map((known) => toCompletion(known)),
      ],
      validFor: /^[\w$]*$/,
    };
  };
}

/** Tables and columns as they are now. */
export function completeTables(surroundings: Surroundings) {
  return (context: CompletionContext) =>
    schemaCompletionSource({
      dialect: SQLite,
      schema: Object.fromEntries(
        surroundings
          .tables()
          .map(({ name, columns }) => [
            name,
            columns.map((column) => column.name),
          ]),
      ),
    })(context);
}

/** Says what a name of the language means while the pointer rests on it. */
export const languageHover = hoverTooltip((view, position): Tooltip | null => {
  const found = nameAt(view.state, position);
  if (!found) return null;
  return {
    pos: found.from,
    end: found.to,
    above: true,
    create: () => ({ dom: describe(found.known) }),
  };
});

function nameAt(
  state: EditorState,
  position: number,
): { known: LanguageName; from: number; to: number } | undefined {
  const node = syntaxTree(state).resolveInner(position);
  const text = state.sliceDoc(node.from, node.to);
  if (node.name === "VariableName") {
    const known = findLanguageName(text);
    return known && { known, from: node.from, to: node.to };
  }
  if (node.name !== "PropertyName") return undefined;
  const object = node.parent?.firstChild;
  if (object?.name !== "VariableName") return undefined;
  const known = findLanguageName(
    state.sliceDoc(object.from, object.to),
  )?.members.find(({ name }) => name === text);
  return known && { known, from: node.from, to: node.to };
}

function toCompletion(known: LanguageName, boost = 0): Completion {
  return {
    label: known.name,
    type: known.kind,
    boost,
    info: () => describe(known),
  };
}

function describe(known: LanguageName): HTMLElement {
  const box = document.createElement("div");
  box.className = "flow-doc";
  const signature = document.createElement("code");
  const longest = 160;
  signature.textContent =
    known.signature.length > longest
      ? `${known.signature.slice(0, longest - 1)}…`
      : known.signature;
  const doc = document.createElement("p");
  doc.textContent = known.doc;
  box.append(signature, doc);
  return box;
}

/** The options that fit where the cursor is: inside the object that is an argument of task, with or flow. */
function optionsAt(context: CompletionContext): readonly LanguageName[] {
  let node = syntaxTree(context.state).resolveInner(context.pos, -1);
  while (node.name !== "ObjectExpression") {
    if (!node.parent || node.name === "ArrowFunction") return [];
    node = node.parent;
  }
  const list = node.parent;
  const callee = list?.name === "ArgList" ? list.parent?.firstChild : undefined;
  if (!callee) return [];
  const name = context.state.sliceDoc(callee.from, callee.to).split(".").at(-1);
  return (name !== undefined && optionNames[name]) || [];
}
