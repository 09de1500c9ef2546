import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { completeCode } from "../../../src/ui/editor/codeCompletion.ts";
import type {
  CellTypeChecker,
  Surroundings,
} from "../../../src/ui/editor/surroundings.ts";
import type { Suggestions } from "../../../src/types/protocol.ts";

/** A source over a checker that knows names for some places, and where it was asked. */
function source(suggest: (offset: number) => Suggestions | undefined) {
  const asked: number[] = [];
  const checker = {
    complete(offset: number) {
      asked.push(offset);
      return Promise.resolve(suggest(offset));
    },
  } as unknown as CellTypeChecker;
  const complete = completeCode({
    checker: () => Promise.resolve(checker),
  } as unknown as Surroundings);
  return {
    asked,
    at: (doc: string, isExplicit = false) =>
      complete(
        new CompletionContext(
          EditorState.create({ doc }),
          doc.length,
          isExplicit,
        ),
      ),
  };
}

const one = (offset: number): Suggestions => ({
  from: offset,
  to: offset,
  suggestions: [
    { name: "append", kind: "string", origin: "near", isDeprecated: false },
  ],
});

test("a text in quotes that nothing is known for is asked for once, not with every key", async () => {
  const { asked, at } = source(() => undefined);
  for (const doc of ['f("', 'f("a', 'f("ab', 'f("abc'])
    expect(await at(doc)).toBeNull();
  expect(asked).toEqual([3]);
  await at('f("abc", "x');
  await at('f("abc', true);
  expect(asked).toEqual([3, 11, 6]);
});

test("a text in quotes that names are known for offers them, and names outside are asked for with every key", async () => {
  const { asked, at } = source(one);
  expect((await at('load("t", { mode: "'))?.options[0]?.label).toBe("append");
  const names = source(() => undefined);
  for (const doc of ["a", "ab", "abc"]) await names.at(doc);
  expect(asked).toHaveLength(1);
  expect(names.asked).toEqual([1, 2, 3]);
});
