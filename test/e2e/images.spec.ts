import { startEvilHost } from "../engines/evil.ts";
import { expect, testInOnePage as test } from "./fixture.ts";
import { notebookOf, openText, run } from "./notebooks.ts";

test("a canvas, its pixels, bytes and a result are shown as images that can be saved, and an SVG runs and fetches nothing", async ({
  page,
}) => {
  const evil = await startEvilHost();
  await openText(
    page,
    notebookOf("Images", [
      {
        name: "draw",
        source: `
const paint = (width: number) => {
  const canvas = new OffscreenCanvas(width, 30)
  const brush = canvas.getContext("2d")!
  brush.fillStyle = "red"
  brush.fillRect(0, 0, width, 30)
  return { canvas, brush }
}
const picture = task(() => paint(50).canvas.convertToBlob())
const bitmap = task(() => createImageBitmap(paint(60).canvas))
flow("Draw", () => { picture(); bitmap() })`,
      },
      {
        name: "pictures",
        source: `
const { canvas, brush } = paint(40)
display(canvas, { title: "A red bar" })
display(brush.getImageData(0, 0, 20, 10), { title: "Pixels" })
display(await createImageBitmap(canvas), { title: "Bitmap" })
new TextEncoder().encode(\`<svg xmlns="http://www.w3.org/2000/svg" width="70" height="20"
  onload="top.isHacked = true"><script>top.isHacked = true</script><image href="${evil.origin}/x.png"/></svg>\`)`,
      },
      {
        name: "broken",
        source: `new TextEncoder().encode("GIF89a")`,
      },
    ]),
  );
  await page.evaluate(() => window.flowbook.output("pictures"));
  const output = page.getByRole("group", { name: "Output of pictures" });
  const sizes = () =>
    output
      .getByRole("img")
      .evaluateAll((images: HTMLImageElement[]) =>
        images.map((image) => [
          image.alt,
          image.naturalWidth,
          image.naturalHeight,
        ]),
      );
  await expect.poll(sizes).toEqual([
    ["A red bar", 40, 30],
    ["Pixels", 20, 10],
    ["Bitmap", 40, 30],
    ["Image", 70, 20],
  ]);
  await expect(output).toContainText("PNG, 40 × 30");
  const saving = page.waitForEvent("download");
  await output.getByRole("button", { name: "Save A red bar" }).click();
  expect((await saving).suggestedFilename()).toBe("a-red-bar.png");
  expect(await page.evaluate(() => "isHacked" in window)).toBe(false);
  expect(evil.hits).toEqual([]);

  await page.evaluate(() => window.flowbook.output("broken"));
  await expect(
    page.getByRole("group", { name: "Output of broken" }),
  ).toContainText("This image cannot be shown");

  await run(page);
  for (const [name, size] of [
    ["picture", "50 × 30"],
    ["bitmap", "60 × 30"],
  ] as const) {
    await page.locator(".node", { hasText: name }).click();
    await expect(
      page.getByRole("region", { name: `Details of ${name}` }),
    ).toContainText(`PNG, ${size}`);
  }
  await evil.close();
});
