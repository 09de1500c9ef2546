/** Where a query has code in it: in the `${...}` that stand for values. */
import type {
  CompletionContext,
  CompletionSource,
} from "@codemirror/autocomplete";
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";

type SyntaxNode = ReturnType<ReturnType<typeof syntaxTree>["resolveInner"]>;

/** Whether what stands at a place of a text is code that the type checker knows. */
export type IsCode = (state: EditorState, position: number) => boolean;

/** For texts that are code throughout. */
export const isAlwaysCode: IsCode = () => true;

/** Whether a place of a query is in a value that it takes. */
export const isInValue: IsCode = (state, position) => {
  // A slow machine may not have come to the place yet.
  const tree = ensureSyntaxTree(state, position) ?? syntaxTree(state);
  let node: SyntaxNode | null = tree.resolveInner(position, -1);
  for (; node; node = node.parent)
    if (
      node.name === "Braces" &&
      node.from < position &&
      state.sliceDoc(node.from - 1, node.from) === "$" &&
      !isBehind(state, node, position)
    )
      return true;
  return false;
};

/** Whether a place is behind the bracket that closes a node. */
function isBehind(
  state: EditorState,
  { to }: SyntaxNode,
  position: number,
): boolean {
  return position >= to && state.sliceDoc(to - 1, to) === "}";
}

/** What completes code, where a query has code. */
export function insideValues(source: CompletionSource): CompletionSource {
  return (context: CompletionContext) =>
    isInValue(context.state, context.pos) ? source(context) : null;
}

/** What completes the query itself. */
export function outsideValues(source: CompletionSource): CompletionSource {
  return (context: CompletionContext) =>
    isInValue(context.state, context.pos) ? null : source(context);
}
