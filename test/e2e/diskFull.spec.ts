import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBrowser } from "../kill/killableBrowser.ts";
import { expect, test } from "./fixture.ts";
import { notebookOf } from "./notebooks.ts";

/** A disk of its own for a browser's profile; undefined where the machine does not let us make one. */
function mountDisk(megabytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "flowbook-disk-"));
  try {
    const options = ["-t", "tmpfs", "-o", `size=${megabytes}m`];
    execFileSync("mount", [...options, "tmpfs", folder], { stdio: "ignore" });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
}

function unmountDisk(folder: string): void {
  execFileSync("umount", ["--lazy", folder], { stdio: "ignore" });
  rmSync(folder, { recursive: true });
}

/** Writes a file that leaves no room on its disk. */
function fillDisk(file: string): void {
  for (const size of [1_000_000, 4096])
    try {
      for (;;) appendFileSync(file, new Uint8Array(size));
    } catch {
      // There is no room for that.
    }
}

const filling = notebookOf("Filling", [
  {
    name: "work",
    source: `
const fill = task((n: number) => db.exec(
  "CREATE TABLE IF NOT EXISTS filled (n INTEGER, bytes BLOB); INSERT INTO filled WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < " + n + ") SELECT n, randomblob(1000) FROM i"))
flow("Filling", () => fill(param("n", 1)))`,
  },
]);

test("on a full disk the task fails and says why, what was there before is all there, and what fits is kept", async ({
  baseURL,
}) => {
  test.setTimeout(180_000);
  const disk = mountDisk(200);
  test.skip(disk === undefined, "no disk of its own can be mounted here");
  const browser = await startBrowser(disk!, process.env["CHROMIUM_PATH"]);
  try {
    const { page } = browser;
    await page.goto(baseURL!);
    await page.waitForFunction(() => "flowbook" in window);
    await page.evaluate((text) => window.flowbook.open(text), filling);
    const found = await page.evaluate(async () => {
      const { flowbook } = window;
      const count = async () =>
        (await flowbook.query("SELECT count(*) AS n FROM filled"))[0]!["n"];
      let before: unknown = 0;
      for (let round = 0; round < 8; round += 1) {
        const { state, tasks } = await flowbook.run({
          parameters: { n: 30_000 },
        });
        if (state !== "Success")
          return {
            state,
            message: tasks[0]!.message,
            before,
            after: await count(),
          };
        before = await count();
      }
      throw new Error("The disk does not get full.");
    });
    expect(found.state).toBe("Failed");
    expect(found.message).toMatch(/not enough browser storage to write \d+/);
    expect(found.message).toContain("Nothing of it was kept");
    expect(found.after).toBe(found.before);

    const small = await page.evaluate(() =>
      window.flowbook.run({ parameters: { n: 10 } }),
    );
    expect(small.state).toBe("Success");
    await page.reload();
    await page.waitForFunction(() => "flowbook" in window);
    const rows = await page.evaluate(() =>
      window.flowbook.query(
        "SELECT count(*) AS n, (SELECT integrity_check FROM pragma_integrity_check) AS integrity FROM filled",
      ),
    );
    expect(rows).toEqual([{ n: Number(found.before) + 10, integrity: "ok" }]);
  } finally {
    await browser.kill();
    unmountDisk(disk!);
  }
});

test("what is typed on a full disk is told as not saved until there is room, and is saved then by itself", async ({
  baseURL,
}) => {
  test.setTimeout(180_000);
  const disk = mountDisk(200);
  test.skip(disk === undefined, "no disk of its own can be mounted here");
  const profile = join(disk!, "profile");
  const filler = join(disk!, "filler");
  let browser = await startBrowser(profile, process.env["CHROMIUM_PATH"]);
  try {
    let { page } = browser;
    await page.goto(baseURL!);
    await page.waitForFunction(() => "flowbook" in window);
    await page.evaluate((text) => window.flowbook.open(text), filling);
    const address = page.url();
    fillDisk(filler);
    const editor = page.getByRole("textbox", { name: "Code of cell work" });
    await editor.focus();
    await page.keyboard.press("Control+End");
    const notice = page.getByText(/There is not enough browser storage/);
    for (let line = 0; line < 60; line += 1) {
      await page.keyboard.insertText(`\n// ${line} ${"long ".repeat(500)}`);
      if (await notice.isVisible()) break;
      await page.evaluate(() => window.flowbook.graph());
    }
    await expect(notice).toContainText("saved by itself");
    await page.keyboard.insertText("\n// the last line");
    rmSync(filler);
    await expect(notice).toHaveCount(0, { timeout: 60_000 });
    await browser.kill();

    browser = await startBrowser(profile, process.env["CHROMIUM_PATH"]);
    page = browser.page;
    await page.goto(address);
    await page.waitForFunction(() => "flowbook" in window);
    await page.evaluate(() => window.flowbook.runs());
    expect(await page.evaluate(() => window.flowbook.markdown())).toContain(
      "// the last line",
    );
  } finally {
    await browser.kill();
    unmountDisk(disk!);
  }
});
