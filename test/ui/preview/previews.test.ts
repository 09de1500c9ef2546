import { expect, test } from "vitest";
import { forgetfulLibrary } from "../../../src/storage/forgetfulLibrary.ts";
import { findPreview } from "../../../src/ui/preview/previews.ts";

/** What a permission is given to, for a notebook with this front matter and code. */
async function codeOf(
  frontMatter: string,
  source = 'import { add } from "npm:adder@1.2.3"',
  prose = "",
): Promise<string | undefined> {
  const text = `---\nflowbook: 1\n${frontMatter}---\n\n\`\`\`ts work\n${source}\n\`\`\`\n\n${prose}\n`;
  const about = { fragment: "", isEmbedded: false };
  const link = { type: "link" } as const;
  return (await findPreview(forgetfulLibrary(), text, link, about)).code;
}
const pin = (letter: string) =>
  `packages:\n  npm:adder@1.2.3: sha384-${letter.repeat(64)}\n`;

test("a permission is given to the code of a notebook and of its packages, whatever is said around it", async () => {
  const code = await codeOf(pin("A"));
  expect(code).toMatch(/^[0-9a-f]{64}$/);
  expect(await codeOf(`title: Other\n${pin("A")}`, undefined, "Hello")).toBe(
    code,
  );
  expect(await codeOf(`network: [https://a.example]\n${pin("A")}`)).toBe(code);
  const others = await Promise.all([
    codeOf(pin("A"), "const add = 1"),
    codeOf(pin("B")),
    codeOf(""),
    codeOf("cdn: https://cdn.example\n"),
  ]);
  expect(new Set([code, ...others]).size).toBe(5);
});
