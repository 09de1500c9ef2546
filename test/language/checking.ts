import { readFileSync } from "node:fs";
import ts from "typescript";

const declarations = "src/language/flowbook.d.ts";

/** What the editor checks cells with. */
const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ["lib.es2023.d.ts", "lib.webworker.d.ts"],
  types: [],
};

/** Something that the compiler says. */
export interface TypeComplaint {
  code: number;
  line: number;
  /** With all that it says below its first line. */
  message: string;
}

/** Cells after the compiler has looked at them: each is a module of its own that sees the language, and what `shared` declares. */
export interface CheckedCells {
  errorsIn(cell: string): TypeComplaint[];
  /** The type of a variable, as a hover shows it. */
  typeOf(cell: string, variable: string): string;
  /** What is wrong with the declarations themselves. */
  errorsInLanguage(): TypeComplaint[];
}

/** Compiles all cells as one program, which costs hardly more than one of them. */
export function checkCells(
  cells: Readonly<Record<string, string>>,
  shared: string,
): CheckedCells {
  const files = new Map(
    Object.entries(cells).map(([name, text]) => [`cells/${name}.ts`, text]),
  );
  // No module: what it declares is global.
  files.set("cells/shared.d.ts", shared);
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  const exists = host.fileExists.bind(host);
  host.fileExists = (file) => files.has(file) || exists(file);
  host.getSourceFile = (file, version) => {
    const text = files.get(file);
    return text === undefined
      ? read(file, version)
      : ts.createSourceFile(file, text, version);
  };
  const program = ts.createProgram(
    [declarations, ...files.keys()],
    options,
    host,
  );
  const checker = program.getTypeChecker();

  function errorsInFile(file: string): TypeComplaint[] {
    const source = program.getSourceFile(file);
    if (!source) throw new Error(`There is no ${file}.`);
    return [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ].map(({ code, messageText, start = 0 }) => ({
      code,
      line: source.getLineAndCharacterOfPosition(start).line + 1,
      message: ts.flattenDiagnosticMessageText(messageText, "\n"),
    }));
  }

  return {
    errorsIn: (cell) => errorsInFile(`cells/${cell}.ts`),
    errorsInLanguage: () => [
      ...errorsInFile(declarations),
      ...errorsInFile("cells/shared.d.ts"),
    ],
    typeOf(cell, variable) {
      const source = program.getSourceFile(`cells/${cell}.ts`);
      let found = "not there";
      source?.forEachChild(function visit(node): void {
        if (
          ts.isVariableDeclaration(node) &&
          node.name.getText(source) === variable
        )
          found = checker.typeToString(
            checker.getTypeAtLocation(node.name),
            undefined,
            ts.TypeFormatFlags.NoTruncation,
          );
        node.forEachChild(visit);
      });
      return found;
    },
  };
}

/** The names that the language lets one import, as they are declared. */
export function importedNames(): string[] {
  return [
    ...readFileSync(declarations, "utf8").matchAll(
      /^ +export import (\w+) = globalThis\.\1$/gm,
    ),
  ].map((match) => match[1] ?? "");
}
