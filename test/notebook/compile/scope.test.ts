import { parse } from "acorn";
import { analyze } from "eslint-scope";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyseCell } from "../../../src/notebook/compile/analyseCell.ts";
import { nameCases } from "./names.ts";
import { erasable } from "./typescript.ts";

function sorted(names: Iterable<string>): string[] {
  return [...new Set(names)].sort();
}

function words(text: string): string[] {
  return sorted(text.split(" ").filter(Boolean));
}

/** The names of a cell, as we see them. */
function ours(source: string) {
  const analysis = analyseCell(source, "ts");
  expect(
    analysis.problems.filter(
      ({ code }) => code === "cell-syntax" && !analysis.isReadable,
    ),
  ).toEqual([]);
  const free = [...analysis.free];
  return {
    code: analysis.code,
    declared: sorted(analysis.declared.keys()),
    free: sorted(free.filter(([, use]) => !use.isSoft).map(([name]) => name)),
    soft: sorted(free.filter(([, use]) => use.isSoft).map(([name]) => name)),
  };
}

/** The names of plain JavaScript, as eslint-scope sees them. */
function theirs(code: string) {
  const tree = parse(code, {
    ecmaVersion: 2025,
    sourceType: "module",
    ranges: true,
  });
  const manager = analyze(tree as never, {
    ecmaVersion: 2025,
    sourceType: "module",
  });
  const top = manager.scopes.find(({ type }) => type === "module");
  const through = manager.globalScope?.through ?? [];
  return {
    declared: sorted((top?.variables ?? []).map(({ name }) => name)),
    free: sorted(
      through.map(({ identifier }) => (identifier as { name: string }).name),
    ),
  };
}

function expectAgreement(source: string): void {
  const { code, declared, free, soft } = ours(source);
  expect({ declared, free: sorted([...free, ...soft]) }, source).toEqual(
    theirs(code),
  );
}

describe("names of a cell", () => {
  it.each(nameCases)("%s", (source, declared, free) => {
    const [hard = "", soft = ""] = free.split("?");
    const found = ours(source);
    expect(found.declared).toEqual(words(declared));
    expect(found.free).toEqual(words(hard));
    expect(found.soft).toEqual(words(soft));
  });

  it.each(nameCases)("are those that eslint-scope finds: %s", (source) => {
    expectAgreement(source);
  });

  it.each(erasable)("are those that eslint-scope finds: %s", (source) => {
    expectAgreement(source);
  });

  it("are those that eslint-scope finds in whatever can be written", () => {
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 5 }), (statements) => {
        const source = statements.join("\n");
        fc.pre(analyseCell(source, "js").isReadable);
        expectAgreement(source);
      }),
      { numRuns: 400 },
    );
  });
});

// Programs of few names, so that they meet often. What has the same name twice is thrown away by the test.
const name = fc.constantFrom(..."abcdefgh");

const { statement } = fc.letrec<{
  expression: string;
  pattern: string;
  body: string;
  statement: string;
}>((tie) => {
  const [e, p, b, s] = [
    tie("expression"),
    tie("pattern"),
    tie("body"),
    tie("statement"),
  ];
  const text = (
    parts: TemplateStringsArray,
    ...holes: fc.Arbitrary<string>[]
  ): fc.Arbitrary<string> =>
    fc.tuple(...holes).map((values) => String.raw({ raw: parts }, ...values));
  return {
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      name,
      text`(${e} + ${e})`,
      text`${name}.${name}[${e}]`,
      text`({ ${name}, ${name}: ${e}, [${e}]: ${name}, ${name}() ${b} })`,
      text`((${p}) => ${e})`,
      text`((${p}, ${name} = ${e}) => ${b})`,
      text`(function ${name}(${p}) ${b})`,
      text`(class ${name} extends ${name} { ${name} = ${e}; [${e}]() ${b} static { ${s} } })`,
      text`(${name} = ${e})`,
      text`(typeof ${name})`,
      text`[...${e}]`,
      text`(({ ${name}, ...${name} }) => ${e})`,
    ),
    pattern: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      name,
      text`{ ${name}, ${name}: ${p} = ${e} }`,
      text`[${p} = ${e}, ...${name}]`,
    ),
    body: text`{ ${s}; ${s}; return ${e} }`,
    statement: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      text`${e};`,
      text`var ${p} = ${e};`,
      text`let ${p} = ${e};`,
      text`const ${name} = ${e};`,
      text`function ${name}(${p}) ${b}`,
      text`class ${name} { ${name} = ${e} }`,
      text`{ ${s} ${s} }`,
      text`if (${e}) { ${s} } else { ${s} }`,
      text`for (let ${p} of ${e}) { ${s} }`,
      text`for (var ${name} = ${e}; ${e}; ${name}++) { ${s} }`,
      text`for (${name} in ${e}) { ${s} }`,
      text`try { ${s} } catch (${p}) { ${s} }`,
      text`switch (${e}) { case ${e}: ${s} default: ${s} }`,
    ),
  };
});
