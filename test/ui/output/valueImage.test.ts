import { expect, test } from "vitest";
import { imageAddress } from "../../../src/ui/output/imageAddress.ts";
import { valueImage } from "../../../src/ui/output/valueImage.ts";

const gif = new TextEncoder().encode("GIF89a");

test("bytes of an image and a Blob of them are an image, whatever the Blob says of itself", async () => {
  const image = { mime: "image/gif", bytes: gif };
  expect(valueImage(gif)).toEqual(image);
  expect(await valueImage(new Blob([gif], { type: "text/html" }))).toEqual(
    image,
  );
});

test("other values are none", async () => {
  expect(valueImage("GIF89a")).toBeUndefined();
  expect(valueImage(new Uint8Array([1]))).toBeUndefined();
  expect(await valueImage(new Blob(["a"], { type: "image/png" }))).toBe(
    undefined,
  );
});

test("an SVG never gets an address of the page's own origin", () => {
  const svg = new TextEncoder().encode("<svg/>");
  expect(imageAddress("image/svg+xml", svg).url).toBe(
    "data:image/svg+xml;base64,PHN2Zy8+",
  );
});
