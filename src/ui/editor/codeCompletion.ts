import type {
  Completion,
  CompletionContext,
  CompletionResult,
  CompletionSource,
} from "@codemirror/autocomplete";
import type { Suggestion } from "../../types/protocol.ts";
import { describe } from "./describe.ts";
import type { CellTypeChecker, Surroundings } from "./surroundings.ts";

/** What comes first among names that fit equally well. */
const boosts: Readonly<Record<Suggestion["origin"], number>> = {
  near: 20,
  cell: 15,
  language: 10,
  keyword: 0,
  platform: -20,
};
const deprecatedBoost = -60;

/** The icons of CodeMirror by what TypeScript calls it. */
const types: Readonly<Record<string, string>> = {
  const: "constant",
  let: "variable",
  var: "variable",
  "local var": "variable",
  alias: "variable",
  parameter: "variable",
  function: "function",
  "local function": "function",
  method: "method",
  property: "property",
  getter: "property",
  class: "class",
  interface: "interface",
  type: "type",
  "type parameter": "type",
  enum: "enum",
  keyword: "keyword",
  string: "text",
  module: "namespace",
};

const origins: Readonly<Partial<Record<Suggestion["origin"], string>>> = {
  cell: "cell",
  language: "Flowbook",
};

/** Names that may stand at the cursor, from the type checker. */
export function completeCode(surroundings: Surroundings): CompletionSource {
  /** The text in quotes that nothing was found for, by what stands before it: most are free, and each key would ask anew. */
  let free: string | undefined;
  return async (
    context: CompletionContext,
  ): Promise<CompletionResult | null> => {
    // After anything else than a name, a dot or a quote there is nothing to go on.
    if (
      !context.explicit &&
      !context.matchBefore(/[\p{ID_Start}$_.'"][\p{ID_Continue}$]*$/u)
    )
      return null;
    const quote = context.matchBefore(/["'][\p{ID_Continue}$]*$/u);
    const before = quote && context.state.sliceDoc(0, quote.from + 1);
    if (!context.explicit && before !== null && before === free) return null;
    const checker = await surroundings.checker();
    if (!checker || context.aborted) return null;
    const found = await checker.complete(context.pos);
    if (!found || found.suggestions.length === 0) {
      free = before ?? undefined;
      return null;
    }
    return {
      from: found.from,
      to: context.pos,
      options: found.suggestions.map((suggestion) =>
        toCompletion(suggestion, checker, context.pos),
      ),
      validFor: /^[\p{ID_Continue}$]*$/u,
    };
  };
}

function toCompletion(
  { name, kind, origin, isDeprecated }: Suggestion,
  checker: CellTypeChecker,
  offset: number,
): Completion {
  const detail = origins[origin];
  return {
    label: name,
    type: types[kind] ?? "variable",
    boost: isDeprecated ? deprecatedBoost : boosts[origin],
    ...(detail === undefined ? {} : { detail }),
    async info() {
      const found = await checker.describeSuggestion(offset, name);
      return found ? describe(found.signature, found.doc) : null;
    },
  };
}
