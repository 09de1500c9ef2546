import fc from "fast-check";
import { expect, test } from "vitest";
import { renderMarkdown } from "../../../src/ui/prose/renderMarkdown.ts";
import {
  proseAttributes,
  proseTags,
  toTree,
  type ProseElement,
  type ProseNode,
} from "../../../src/notebook/prose/tree.ts";

/** The tree in short: `p(one em(two))`. */
function short(nodes: readonly ProseNode[]): string {
  return nodes
    .map((node) =>
      typeof node === "string" ? node : `${node.tag}(${short(node.children)})`,
    )
    .join("");
}

function elements(nodes: readonly ProseNode[]): ProseElement[] {
  return nodes.flatMap((node) =>
    typeof node === "string" ? [] : [node, ...elements(node.children)],
  );
}

function text(nodes: readonly ProseNode[]): string {
  return nodes
    .map((node) => (typeof node === "string" ? node : text(node.children)))
    .join("");
}

test.each([
  ["# One\n## Two\n###### Six", "h2(One)h3(Two)h6(Six)"],
  [
    "one *two* **three** ~~four~~ `five`",
    "p(one em(two) strong(three) del(four) code(five))",
  ],
  ["a  \nb", "p(abr()b)"],
  ["> quote\n> - item", "blockquote(p(quote)ul(li(item)))"],
  ["3. c\n4. d", "ol(li(c)li(d))"],
  ["---", "hr()"],
  [
    "| a | b |\n|---|--:|\n| 1 | *2* |",
    "table(thead(tr(th(a)th(b)))tbody(tr(td(1)td(em(2)))))",
  ],
  ["```ts extract\nconst a = 1 < 2\n```", "pre(code(const a = 1 < 2))"],
  [
    "a &amp; b &lt; c &#x41; &unknown; `&amp;`",
    "p(a & b < c A &unknown; code(&amp;))",
  ],
  [
    "```ts\nok // \u202e } esle {\n```\n`\u2066` \u202eprose",
    "pre(code(ok // \\u202e } esle {))p(code(\\u2066) \u202eprose)",
  ],
  ["one <!-- hidden --> two", "p(one  two)"],
  ["<!-- hidden -->\n\nshown", "p(shown)"],
])("%j becomes %s", (markdown, tree) => {
  expect(short(toTree(markdown))).toBe(tree);
});

test("a task list has boxes that cannot be ticked", () => {
  const boxes = elements(toTree("- [x] done\n- [ ] open")).filter(
    (node) => node.tag === "input",
  );
  expect(
    boxes.map((box) => [
      box.attributes.type,
      box.attributes.disabled,
      box.attributes.checked,
    ]),
  ).toEqual([
    ["checkbox", "", ""],
    ["checkbox", "", undefined],
  ]);
});

test("a link to the web opens elsewhere and tells nothing; a link into the page stays", () => {
  const [web, mail, page] = elements(
    toTree(
      "[a](https://example.org/x?y=1&amp;z=2 'Title') <me@example.org> [c](#top)",
    ),
  ).filter((node) => node.tag === "a");
  expect(web!.attributes).toEqual({
    href: "https://example.org/x?y=1&z=2",
    title: "Title",
    rel: "noopener noreferrer",
    target: "_blank",
  });
  expect(mail!.attributes.href).toBe("mailto:me@example.org");
  expect(page!.attributes).toEqual({ href: "#top" });
});

test("a picture in the text is shown, a picture from elsewhere is a link", () => {
  const [inside, outside] = elements(
    toTree(
      "![dot](data:image/png;base64,AAAA) ![map](https://example.org/map.png)",
    ),
  ).filter((node) => node.tag === "img" || node.tag === "a");
  expect(inside).toMatchObject({
    tag: "img",
    attributes: { alt: "dot", src: "data:image/png;base64,AAAA" },
  });
  expect(outside).toMatchObject({ tag: "a", children: ["map"] });
});

test("HTML is shown as it was written", () => {
  expect(text(toTree("<div onclick=x>hi</div>"))).toBe(
    "<div onclick=x>hi</div>",
  );
  expect(text(toTree("a <b>c</b>"))).toBe("a <b>c</b>");
});

test("text nested beyond reason is shown as it is", () => {
  expect(text(toTree(">".repeat(20_000) + "deep")).endsWith("deep")).toBe(true);
});

const attacks = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg/onload=alert(1)>",
  "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](java\tscript:alert(1))",
  "[x](java&#10;script:alert(1))",
  "[x](&#106;avascript:alert(1))",
  "[x](javascript&colon;alert(1))",
  "[x](<java\nscript:alert(1)>)",
  "[x](\u0001javascript:alert(1))",
  "[x](vbscript:msgbox(1))",
  "[x](data:text/html,<script>alert(1)</script>)",
  "[x](data:text/html;base64,PHNjcmlwdD4=)",
  "[x](blob:https://example.org/1)",
  "[x](file:///etc/passwd)",
  "[x](//example.org/x)",
  "[x](/relative)",
  "<javascript:alert(1)>",
  "[x]: javascript:alert(1)\n\n[x]",
  "![x](javascript:alert(1))",
  "![x](data:text/html,<script>alert(1)</script>)",
  "![x](https://example.org/beacon.gif)",
  '![x" onerror="alert(1)](data:image/png;base64,AAAA "y\\" onload=\\"alert(1)")',
  '[x](https://example.org "y\\" onclick=\\"alert(1)")',
  "```html onmouseover=alert(1)\n<script>alert(1)</script>\n```",
  '```"><script>alert(1)</script>\nx\n```',
  "| <script>alert(1)</script> |\n|---|\n| [x](javascript:alert(1)) |",
  "- [x](javascript:alert(1))\n  <style>*{display:none}</style>",
  "<a href='javascript:alert(1)'>x</a>",
  "<meta http-equiv=refresh content='0;url=https://example.org'>",
  "<form action=https://example.org><input name=x></form>",
  "<!-- --><script>alert(1)</script><!-- -->",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
];

/** What a tree must never hold, checked on the tree alone. */
function expectHarmless(nodes: readonly ProseNode[]): void {
  for (const node of elements(nodes)) {
    expect(proseTags).toContain(node.tag);
    for (const [name, value] of Object.entries(node.attributes)) {
      expect(proseAttributes).toContain(name);
      if (name === "href") expect(value).toMatch(/^(https?:\/\/|mailto:|#)/);
      if (name === "src") expect(value).toMatch(/^data:image\//);
    }
    if (node.tag === "input") expect(node.attributes.type).toBe("checkbox");
  }
}

test.each(attacks)("nothing comes of %j", (attack) => {
  expectHarmless(toTree(attack));
  expectHarmless(toTree(`- *x* ${attack}\n\n> ${attack}`));
});

test("nothing comes of any mixture of attacks and markup", () => {
  const piece = fc.constantFrom(
    ...attacks,
    "[",
    "](",
    ")",
    "<",
    ">",
    "`",
    "*",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "|",
    "![",
    "&#",
    ";",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) =>
      expectHarmless(toTree(pieces.join(""))),
    ),
  );
});

test("elements are made by name and nothing is parsed", () => {
  const made: string[] = [];
  const create = (name: string) => {
    made.push(name);
    return {
      setAttribute: (attribute: string, value: string) =>
        made.push(`${name}.${attribute}=${value}`),
      append: () => {},
    };
  };
  const fake = {
    createDocumentFragment: () => create("#fragment"),
    createTextNode: (value: string) => create(`"${value}"`),
    createElement: create,
  };
  renderMarkdown(
    toTree("[a](https://example.org) <b>"),
    fake as unknown as Document,
  );
  expect(made).toEqual([
    "#fragment",
    "p",
    "a",
    "a.href=https://example.org/",
    "a.rel=noopener noreferrer",
    "a.target=_blank",
    '"a"',
    '" "',
    '"<b>"',
  ]);
});
