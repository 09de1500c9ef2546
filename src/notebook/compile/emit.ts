import { hashText } from "../../core/hash.ts";
import type { CellAnalysis } from "./analyseCell.ts";
import { positionAt } from "./position.ts";
import type { ProgramCell } from "./program.ts";

/**
 * The classic script of a cell. Its function gets the names of other cells and gives back its own; "use strict" stands before
 * it, since a function with such parameters must not say it itself, and the `;` keeps a first text in the cell from saying it.
 * Everything before the source is on the first line, so every line of the source is where it was.
 */
export function emitScript(
  { name, kind }: Pick<ProgramCell, "name" | "kind">,
  analysis: CellAnalysis,
  inputs: readonly string[],
): Pick<ProgramCell, "code" | "shift" | "inserts" | "hash"> {
  const renamed = [...analysis.imported].filter(([local, of]) => local !== of);
  const [before, behind] = renameAround(renamed);
  const head =
    `"use strict";flowbookCell(${JSON.stringify(name)},${before}async function({${inputs.join(",")}},${analysis.showName}){` +
    analysis.packages
      .map(
        (one) =>
          `const ${one.local}=flowbookPackage(${JSON.stringify(one.specifier)},${JSON.stringify(one.name)});`,
      )
      .join("") +
    ";";
  let body = "";
  let from = 0;
  for (const { at, text } of analysis.inserts) {
    body += analysis.code.slice(from, at) + text;
    from = at;
  }
  body += analysis.code.slice(from);
  const tail =
    `\n;return{${[...analysis.declared.keys()].join(",")}}}${behind})\n` +
    `//# sourceURL=flowbook:///${name.replace(/[^\p{ID_Continue}$]/gu, "_")}.${kind}`;
  const code = head + body + tail;
  return {
    code,
    shift: head.length,
    inserts: analysis.inserts.map(({ at, text }) => ({
      ...positionAt(analysis.code, at),
      length: text.length,
    })),
    hash: hashText(code),
  };
}

/**
 * What stands around a cell's function to give it names of the language under other names. Inside of it the language's own name
 * may mean something else: who renames an import often does so because the name is taken.
 */
function renameAround(
  renamed: readonly (readonly [local: string, name: string])[],
): [before: string, behind: string] {
  if (renamed.length === 0) return ["", ""];
  const locals = renamed.map(([local]) => local).join(",");
  const names = renamed.map(([, name]) => name).join(",");
  return [`async(i,s)=>((${locals})=>`, `)(${names})(i,s)`];
}
