import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
  askedHeight,
  frameDocument,
  resizerHash,
  resizerText,
} from "../../../src/ui/output/frameDocument.ts";

const theme = {
  scheme: "dark",
  ink: "rgb(1, 2, 3)",
  accent: "#fff",
  font: "system-ui, sans-serif",
} as const;

test("the policy comes before the markup and lets only the resizer run", async () => {
  const hash = await resizerHash();
  expect(hash).toBe(createHash("sha256").update(resizerText).digest("base64"));
  const text = frameDocument("<p>hi", { theme, resizerHash: hash });
  expect(text).toContain(
    `content="default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"`,
  );
  expect(text).toContain(`<script>${resizerText}</script>`);
  expect(text.indexOf("Content-Security-Policy")).toBeLessThan(
    text.indexOf("<p>hi"),
  );
  expect(text.endsWith("<p>hi")).toBe(true);
});

test("no link is left in markup, for it would have the browser ask for its host whatever the policy is", () => {
  const text = frameDocument(
    `<p>a<LiNk rel="preconnect" href="https://x.test">b<svg><link/></svg><link`,
    { theme, resizerHash: undefined },
  );
  expect(text).not.toMatch(/<link/i);
  expect(
    text.endsWith(
      '<p>a<wbr rel="preconnect" href="https://x.test">b<svg><wbr/></svg><wbr',
    ),
  ).toBe(true);
});

test("nothing that goes to an address by itself is left in markup, nor a frame that could hold such a thing", () => {
  const inside = "&#60;meta http-equiv=refresh content=0;url=https://x.test>";
  const markup = [
    '<iframe src="https://x.test"></iframe>',
    `<IFRAME/srcdoc="${inside}">fallback</iframe>`,
    '<meta\nhttp-equiv="refresh" content="0;url=https://x.test">',
    '<meta http-equiv="x-dns-prefetch-control" content="on">',
    '<frameset><frame src="https://x.test"></frameset>',
    '<div><template shadowrootmode="closed"><a href="https://x.test">x</a></template></div>',
    "<svg><metadata>seen</metadata></svg><iframe",
  ].join("");
  const { length } = frameDocument("", { theme, resizerHash: undefined });
  const text = frameDocument(markup, { theme, resizerHash: undefined });
  const shown = text.slice(length);
  expect(shown).not.toMatch(/<(link|meta|template|i?frame)([\s/>]|$)/i);
  expect(shown).toContain('<wbr/srcdoc="');
  expect(shown).toContain("<svg><metadata>seen</metadata></svg><wbr");
});

test("without a hash no script runs", () => {
  const text = frameDocument("", { theme, resizerHash: undefined });
  expect(text).toContain("script-src 'none'");
  expect(text).not.toContain("<script");
});

test("a colour or a font cannot end the style", () => {
  const text = frameDocument("", {
    theme: { ...theme, ink: "red}</style><script>" },
    resizerHash: "x",
  });
  expect(text).not.toContain("</style><script>alert");
  expect(text).toContain("color:inherit");
});

test("a frame may ask for a height within bounds and for nothing else", () => {
  expect(askedHeight({ type: "height", height: 120.2 })).toBe(121);
  expect(askedHeight({ type: "height", height: 1e9 })).toBe(4000);
  expect(askedHeight({ type: "height", height: -5 })).toBe(0);
  for (const message of [
    null,
    5,
    "height",
    {},
    { type: "height" },
    { type: "height", height: NaN },
    { type: "height", height: "9" },
    { height: 9 },
  ])
    expect(askedHeight(message)).toBeUndefined();
});
