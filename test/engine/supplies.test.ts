import { expect, test } from "vitest";
import { prepare } from "../../src/engine/supplies.ts";
import { compileNotebook } from "../../src/notebook/compile/compile.ts";
import { parseNotebook } from "../../src/notebook/parse.ts";

async function librariesOf(
  text: string,
  showsCells: boolean,
): Promise<string[]> {
  const program = compileNotebook(parseNotebook(text).notebook);
  const unused = () => Promise.reject(new Error("not asked for"));
  const message = await prepare(
    { program, hosts: [], showsCells },
    {
      library: (name) => Promise.resolve(name),
      formatLibrary: unused,
      openDatabase: unused,
      readFile: unused,
    },
  );
  return message.type === "load" ? Object.keys(message.libraries) : [];
}

const chart =
  '```ts chart\nconst marks = [Plot.dot([1])]\nPlot.plot({ marks })\n```\n\n```ts main\nconst hello = task(() => 1)\nflow("Hello", () => hello())\n```\n';

test("a chart's library is there where cells are shown, and not fetched to draw or run flows that do not need it", async () => {
  expect(await librariesOf(chart, true)).toEqual(["Plot"]);
  expect(await librariesOf(chart, false)).toEqual([]);
});

test("a flow whose task takes a name from a cell with a chart gets its library, however indirectly", async () => {
  const text = `${chart.replace("() => 1", "() => count")}\n\`\`\`ts between\nconst count = marks.length\n\`\`\`\n`;
  expect(await librariesOf(text, false)).toEqual(["Plot"]);
});
