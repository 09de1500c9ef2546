import { expect, test } from "vitest";
import { imageTypeOf } from "../../src/core/imageType.ts";

const typeOf = (start: string) =>
  imageTypeOf(Uint8Array.from(start, (letter) => letter.charCodeAt(0)));

test("an image is known by its first bytes", () => {
  expect(
    [
      "\x89PNG\r\n\x1a\n",
      "\xff\xd8\xff\xe0",
      "GIF89a",
      "RIFF\x10\0\0\0WEBPVP8 ",
      "<svg xmlns='http://www.w3.org/2000/svg'>",
      "\xef\xbb\xbf<?xml version='1.0'?>\n<!-- made by -- hand -->\n<!DOCTYPE svg PUBLIC 'x' 'y'>\n<svg>",
    ].map(typeOf),
  ).toEqual([
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/svg+xml",
    "image/svg+xml",
  ]);
});

test("other bytes are none, be they XML, HTML or sound", () => {
  for (const start of [
    "",
    "<?xml version='1.0'?><feed>",
    "<!DOCTYPE html><svg>",
    "<svgs>",
    "RIFF\x10\0\0\0WAVEfmt ",
    "x\x89PNG",
    `<!--${"-".repeat(2000)}--><svg>`,
  ])
    expect(typeOf(start), start).toBeUndefined();
});

test("bytes that begin with many comments are looked at once, and not in every way to split them", () => {
  const comments = "<!---->".repeat(29);
  const took = (start: string) => {
    const before = performance.now();
    typeOf(start);
    return performance.now() - before;
  };
  // Each comment more took twice as long: with a hundred it had no end.
  expect(took(`${comments}x`)).toBeLessThan(1000);
  expect(typeOf(`${"<!-- a -->\n".repeat(80)}<svg>`)).toBe("image/svg+xml");
});
