import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import jsQR from "jsqr";
import { makeLink } from "../../src/notebook/link.ts";
import { startEvilHost } from "../engines/evil.ts";
import { expect, openApp, test, testInOwnContext } from "./fixture.ts";
import { newestRun, notebookOf, query } from "./notebooks.ts";

/** A notebook that contacts a host and writes a table, with a query and a parameter. */
function visiting(...hosts: string[]): string {
  return notebookOf(
    "Visits",
    [
      {
        name: "work",
        source: `
const visit = task(async (path: string) => {
  const texts: string[] = []
  for (const host of ${JSON.stringify(hosts)})
    texts.push(await fetchText(host + "/" + path).catch(() => "not reached"))
  return texts
})
flow("Visits", () => { load("visits", rowsOf(visit(param("path", "first")))) })
const rowsOf = task((texts: string[]) => texts.map((text) => ({ text })))`,
      },
      { language: "sql", name: "all", source: "SELECT text FROM visits" },
    ],
    hosts.length > 0
      ? `network:\n${hosts.map((host) => `  - ${host}\n`).join("")}`
      : "",
  );
}

const card = (page: Page) => page.getByRole("region", { name: "Preview" });
const pressRun = (page: Page) =>
  page.getByRole("button", { name: "Run", exact: true }).first().click();
const library = (page: Page) =>
  page.evaluate(async () => {
    // The app has to be the first to open it, for that one makes its stores.
    await window.flowbook.runs().catch(() => undefined);
    const opening = indexedDB.open("flowbook");
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const keys = opening.result
      .transaction("entries")
      .objectStore("entries")
      .getAllKeys();
    await new Promise((resolve) => (keys.onsuccess = resolve));
    opening.result.close();
    return keys.result
      .filter((key) => Array.isArray(key) && key[0] === "text")
      .map((key) => (key as string[])[1]!);
  });
async function waitForRuns(page: Page, count: number): Promise<void> {
  await expect
    .poll(() =>
      page.evaluate(async () =>
        (await window.flowbook.runs()).map(({ state }) => state),
      ),
    )
    .toEqual(Array(count).fill("Success"));
}

test("a link opens in a preview that says what it would do, and nothing has run", async ({
  page,
}) => {
  const evil = await startEvilHost();
  await openApp(page, await makeLink(visiting(evil.origin)));
  const { host } = new URL(evil.origin);
  await expect(card(page)).toContainText("came with a link");
  await expect(card(page)).toContainText("Nothing in it has run");
  await expect(card(page)).toContainText(host);
  await expect(card(page).getByText("visits", { exact: true })).toBeVisible();
  await expect(card(page)).toContainText("Visits: 3 tasks, 1 parameter");
  await expect(page.getByLabel("path", { exact: true })).toHaveValue("first");
  await expect(page.locator("svg [data-state]").first()).toBeVisible();
  expect(await page.evaluate(() => window.flowbook.runs())).toEqual([]);
  expect(await query(page, "SELECT name FROM sqlite_schema")).toEqual([]);
  expect(await library(page)).toEqual([]);

  // Run comes to where the button was.
  await page
    .getByRole("banner")
    .getByRole("button", { name: "Keep a copy" })
    .dblclick();
  await expect(card(page)).toHaveCount(0);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await page.evaluate(() => window.flowbook.runs())).toEqual([]);
  expect(evil.hits).toEqual([]);
  await evil.close();
});

test("Run asks once for each host, and the answers are remembered for that code", async ({
  page,
}) => {
  const [one, two] = [await startEvilHost(), await startEvilHost()];
  const text = visiting(one.origin, two.origin);
  await openApp(page, await makeLink(text));
  await pressRun(page);
  const sheet = page.getByRole("dialog");
  const answer = (origin: string, name: string) =>
    sheet
      .getByRole("group", { name: new URL(origin).host })
      .getByRole("button", { name })
      .click();
  await answer(one.origin, "Allow");
  expect(await page.evaluate(() => window.flowbook.runs())).toEqual([]);
  await answer(two.origin, "Refuse");
  await waitForRuns(page, 1);
  const reached = [{ text: "reached" }, { text: "not reached" }];
  expect(await query(page, "SELECT text FROM visits")).toEqual(reached);
  expect([one.hits, two.hits]).toEqual([["/first"], []]);

  // The same code with other words around it, from another sender.
  await page.evaluate(() => window.flowbook.open("# Something else\n"));
  await openApp(page, await makeLink(`${text}\nHave fun!\n`));
  await expect(page.getByText("Have fun!")).toBeVisible();
  await pressRun(page);
  await waitForRuns(page, 1);
  expect([one.hits.length, two.hits.length]).toEqual([2, 0]);

  // Other code is asked for anew.
  await openApp(page, await makeLink(text.replaceAll("texts", "words")));
  await expect(card(page)).toContainText("Nothing in it has run");
  await pressRun(page);
  await expect(sheet).toContainText("May it contact these hosts?");
  await Promise.all([one.close(), two.close()]);
});

test("it can be run without network, which decides nothing", async ({
  page,
}) => {
  const evil = await startEvilHost();
  await openApp(page, await makeLink(visiting(evil.origin)));
  await pressRun(page);
  await page.getByRole("button", { name: "Run without network" }).click();
  await waitForRuns(page, 1);
  expect(await query(page, "SELECT text FROM visits")).toEqual([
    { text: "not reached" },
  ]);
  await pressRun(page);
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("button", { name: "Allow" }).click();
  await waitForRuns(page, 2);
  expect(evil.hits).toEqual(["/first"]);
  // Also when it is allowed.
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("menuitem", { name: "Run without network" }).click();
  await waitForRuns(page, 3);
  expect(evil.hits).toEqual(["/first"]);
  await evil.close();
});

test("what a preview has run is there after a reload, and stays with the copy that is kept", async ({
  page,
}) => {
  const link = await makeLink(visiting());
  await openApp(page, link);
  await pressRun(page);
  await waitForRuns(page, 1);
  const count = "SELECT count(*) AS n FROM history.runs";
  await page.reload();
  await expect(card(page)).toContainText("stays in this browser for a week");
  expect(await query(page, count)).toEqual([{ n: 1 }]);
  expect(new URL(page.url()).hash).toBe(link);
  expect(await library(page)).toEqual([]);

  await card(page).getByRole("button", { name: "Keep a copy" }).click();
  await expect(card(page)).toBeHidden();
  expect(new URL(page.url()).hash).toMatch(/^#n\./);
  await page.reload();
  await waitForRuns(page, 1);
  expect(await library(page)).toHaveLength(1);
});

test("a link that was not kept is opened again from the list of notebooks, as a preview, and can be forgotten", async ({
  page,
}) => {
  await openApp(page, `?path=second${await makeLink(visiting())}`);
  await expect(card(page)).toContainText("Nothing in it has run");
  await pressRun(page);
  await waitForRuns(page, 1);
  const home = page.getByRole("button", { name: "All notebooks" });
  await home.click();
  const links = page.getByRole("region", { name: "Recent links" });
  await links.getByRole("button", { name: /^Visits In the link/ }).click();
  await expect(card(page)).toContainText("stays in this browser for a week");
  await expect(page.getByLabel("path", { exact: true })).toHaveValue("second");
  expect(await library(page)).toEqual([]);

  await home.click();
  const forget = links.getByRole("button", { name: "Forget Visits" });
  await forget.click();
  await expect(links).toBeHidden();
  await page.getByRole("button", { name: "Undo" }).click();
  await forget.click();
  await page.getByRole("button", { name: "Close this message" }).click();
  await page.reload();
  await home.click();
  await expect(
    page.getByRole("heading", { name: "My notebooks" }),
  ).toBeVisible();
  await expect(links).toBeHidden();
});

test("a link never touches what was kept of it before", async ({ page }) => {
  const link = await makeLink(visiting());
  await openApp(page, link);
  await card(page).getByRole("button", { name: "Keep a copy" }).click();
  const kept = new URL(page.url()).hash;
  await pressRun(page);
  await waitForRuns(page, 1);

  await page.evaluate((hash) => (location.hash = hash), link);
  await expect(card(page)).toContainText("You kept a copy of this before");
  expect(await page.evaluate(() => window.flowbook.runs())).toEqual([]);
  await page
    .getByRole("textbox", { name: /^Code of/ })
    .first()
    .click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("\n// mine now");
  await expect(page.getByText("You changed this notebook")).toBeVisible();
  expect(new Set(await library(page)).size).toBe(2);
  expect(new URL(page.url()).hash).not.toBe(kept);

  await page.evaluate((hash) => (location.hash = hash), link);
  await card(page).getByRole("button", { name: "Open my copy" }).click();
  await expect(card(page)).toBeHidden();
  expect(await page.evaluate(() => window.flowbook.markdown())).toContain(
    "// mine now",
  );
  await page.evaluate((hash) => (location.hash = hash), kept);
  await waitForRuns(page, 1);
  expect(await page.evaluate(() => window.flowbook.markdown())).toBe(
    visiting(),
  );
});

test("what the reader keeps and edits asks again only for a host that is new, also after a reload", async ({
  page,
}) => {
  const [one, two] = [await startEvilHost(), await startEvilHost()];
  const text = visiting(one.origin);
  await openApp(page, await makeLink(text));
  await pressRun(page);
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("button", { name: "Allow" }).click();
  await waitForRuns(page, 1);
  await page
    .getByRole("textbox", { name: /^Code of/ })
    .first()
    .click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("\n// edited");
  await expect(card(page)).toBeHidden();
  await pressRun(page);
  await waitForRuns(page, 2);
  expect(one.hits).toHaveLength(2);
  const asking = page.getByRole("region", { name: "Permissions" });
  await expect(asking).toBeHidden();
  await page.reload();
  await pressRun(page);
  await waitForRuns(page, 3);
  expect(one.hits).toHaveLength(3);
  await expect(asking).toBeHidden();

  // The same code in a file to whose head somebody has written one more host.
  const { host: added } = new URL(two.origin);
  const more = text.replace("network:\n", `network:\n  - ${two.origin}\n`);
  await openApp(page, await makeLink(more));
  // Until it is there, Run is about the notebook before.
  await expect(card(page)).toBeVisible();
  await pressRun(page);
  const answers = (host: string) => sheet.getByRole("group", { name: host });
  await expect(
    answers(new URL(one.origin).host).getByRole("button", { pressed: true }),
  ).toHaveText("Allow");
  await answers(added).getByRole("button", { name: "Refuse" }).click();
  await waitForRuns(page, 1);
  expect([one.hits.length, two.hits.length]).toEqual([4, 0]);
  await Promise.all([one.close(), two.close()]);
});

test("what would go on for ever while a link is opened is given up within seconds, and the page is as before", async ({
  page,
}) => {
  const opening = async (body: string) => {
    const source = `const t = task((value: unknown) => value)\nflow("F", () => { ${body} })\nflow("Good", () => t(1))`;
    const cells = [{ name: "work", source }];
    await openApp(page, await makeLink(notebookOf("Endless", cells)));
    return page.getByRole("tabpanel");
  };
  await expect(await opening("for (;;) t(1)")).toContainText(
    'The flow "F" could not be drawn within 2 s',
  );
  const good = await page.evaluate(() => window.flowbook.graph("Good"));
  expect(good.nodes).toHaveLength(1);
  await expect(card(page)).toContainText("Nothing in it has run");
  // Little to send, and more than anybody can write out.
  await expect(
    await opening(
      'let all: unknown = "x"; for (let n = 0; n < 60; n++) all = [all, all]; return t(all)',
    ),
  ).toContainText("The graph of this flow is too large to be drawn");
  await expect(card(page)).toContainText("Nothing in it has run");
});

test("a link that was cut says so, and the whole one can be pasted there", async ({
  page,
}) => {
  const link = await makeLink(visiting());
  await openApp(page, link.slice(0, -20));
  await expect(page.getByRole("alert")).toContainText("was cut on the way");
  await expect(page.getByRole("alert")).toContainText("as a file");
  await page.reload();
  await expect(page.getByRole("alert")).toContainText("was cut on the way");
  await page
    .getByLabel("Do you have it in full? Paste it here.")
    .fill(`${new URL(".", page.url()).href}${link}`);
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await expect(card(page)).toContainText("came with a link");
  expect(new URL(page.url()).hash).toBe(link);
});

test("parameters ride in the query, and one that cannot be used says so", async ({
  page,
}) => {
  const text = notebookOf("Given", [
    {
      name: "work",
      source: `
const add = task((n: number, from: string) => from + n)
flow("First", () => add(param("n", 1), param("from", "a")))
flow("Second", () => add(param("n", 1), param("from", "a")))`,
    },
  ]);
  const link = await makeLink(text);
  await openApp(page, `?flow=Second&n=7&p.from=b&fbclid=x${link}`);
  await expect(page.getByLabel("n", { exact: true })).toHaveValue("7");
  await expect(page.getByLabel("from", { exact: true })).toHaveValue("b");
  await pressRun(page);
  await waitForRuns(page, 1);
  expect(await newestRun(page)).toMatchObject({ flow: "Second", result: "b7" });

  await openApp(page, `?n=seven${link}`);
  await expect(
    page.getByText("A value in the link cannot be used"),
  ).toBeVisible();
  await expect(page.getByLabel("n", { exact: true })).toHaveValue("1");
});

test("a file beside a hosted notebook is fetched from there when the reader says so, and stays with the copy", async ({
  page,
}) => {
  const files: Record<string, string> = {
    "/etl/cities.flow.md": notebookOf(
      "Cities",
      [
        {
          name: "work",
          source: `const count = task(async () => (await readCsv("cities.csv")).length)
flow("Cities", () => count())`,
        },
      ],
      "attachments:\n  - {name: cities.csv, url: data/cities.csv}\n  - ../secret.csv\n",
    ),
    "/etl/data/cities.csv": "city\nBasel\nBern\n",
  };
  const hits: string[] = [];
  const host = createServer(({ url = "" }, response) => {
    hits.push(url);
    const text = files[url];
    response.writeHead(text === undefined ? 404 : 200, {
      "access-control-allow-origin": "*",
    });
    response.end(text);
  });
  await new Promise<void>((done) => host.listen(0, "127.0.0.1", done));
  const { port } = host.address() as AddressInfo;

  const address = `http://127.0.0.1:${port}/etl/cities.flow.md`;
  await openApp(page, `?from=${encodeURIComponent(address)}`);
  await expect(card(page)).toContainText(`comes from 127.0.0.1:${port}`);
  await card(page).getByRole("button", { name: "Fetch" }).click();
  const fetching = page.getByRole("button", {
    name: `Fetch cities.csv from 127.0.0.1:${port}`,
  });
  await expect(fetching).toBeVisible();
  expect(hits).toEqual(["/etl/cities.flow.md"]);
  await fetching.click();
  await expect(
    page.getByRole("button", { name: "Download cities.csv" }),
  ).toBeVisible();
  expect(hits.slice(1)).toEqual(["/etl/data/cities.csv"]);
  await pressRun(page);
  await waitForRuns(page, 1);
  expect(await newestRun(page)).toMatchObject({ result: 2 });
  await card(page).getByRole("button", { name: "Keep a copy" }).click();
  await page.reload();
  await waitForRuns(page, 1);
  await page.evaluate(() => window.flowbook.run());
  expect(await newestRun(page)).toMatchObject({ result: 2 });
  expect(hits).toHaveLength(2);
  host.close();
});

test("what is dropped on the start page or pasted there opens in a preview, and nothing of it has run", async ({
  page,
}) => {
  await openApp(page);
  await expect.poll(() => library(page)).toEqual(["example-aircraft-etl"]);
  const goHome = async () => {
    await page.getByRole("button", { name: "All notebooks" }).click();
    await expect(page.locator(".home")).toBeVisible();
  };
  await goHome();
  const dropped = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "visits.flow.md"));
    return data;
  }, visiting());
  await page.locator(".home").dispatchEvent("drop", { dataTransfer: dropped });
  await expect(card(page)).toContainText("is the file visits.flow.md");
  expect(await page.evaluate(() => window.flowbook.runs())).toEqual([]);

  await goHome();
  const paste = (pasted: string) =>
    page.evaluate((text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      const event = { clipboardData, bubbles: true, cancelable: true };
      document.body.dispatchEvent(new ClipboardEvent("paste", event));
    }, pasted);
  await paste(visiting("https://a.example"));
  await expect(card(page)).toContainText("was pasted");
  await expect(card(page)).toContainText("a.example");
  expect(await page.evaluate(() => window.flowbook.runs())).toEqual([]);

  await goHome();
  const cell = { cell_type: "markdown", source: "Of Jupyter", metadata: {} };
  await paste(JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4 }));
  await expect(page.getByLabel("Title of the notebook")).toHaveValue(
    "Pasted notebook",
  );
  await expect(page.getByText("Of Jupyter")).toBeVisible();
  expect(await library(page)).toEqual(["example-aircraft-etl"]);
});

testInOwnContext(
  "a link goes to an app of the device, and into a picture that a phone reads",
  async ({ page }) => {
    await page.addInitScript(() => {
      const shared: unknown[] = [];
      const share = async (given: unknown) => void shared.push(given);
      Object.defineProperty(navigator, "share", { value: share });
      Object.assign(window, { shared });
    });
    await openApp(page);
    await page.evaluate((text) => window.flowbook.open(text), visiting());
    const url = await page.evaluate(() => window.flowbook.shareUrl());
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("button", { name: "Share with an app" }).click();
    expect(
      await page.evaluate(() => (window as unknown as { shared: [] }).shared),
    ).toEqual([{ title: "Visits", url }]);

    await page.getByText("QR code").click();
    const side = 600;
    const levels = await page
      .getByRole("img", { name: "QR code of the link" })
      .evaluate(async (drawn, side) => {
        const copy = drawn.cloneNode(true) as SVGElement;
        copy.setAttribute("width", String(side));
        copy.setAttribute("height", String(side));
        const text = new XMLSerializer().serializeToString(copy);
        const image = new Image();
        image.src = URL.createObjectURL(
          new Blob([text], { type: "image/svg+xml" }),
        );
        await image.decode();
        const canvas = new OffscreenCanvas(side, side);
        const context = canvas.getContext("2d")!;
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, side, side);
        return Array.from(data).filter((_, at) => at % 4 === 0);
      }, side);
    const pixels = new Uint8ClampedArray(
      levels.flatMap((level) => [level, level, level, 255]),
    );
    expect(jsQR(pixels, side, side)?.data).toBe(url);
  },
);

testInOwnContext(
  "where the browser lets the page store nothing, the notebook of a link can be read, and it is said why no more",
  async ({ page }) => {
    // As Firefox does it when cookies and site data are blocked.
    await page.addInitScript(() => {
      const denied = () => new DOMException("denied", "SecurityError");
      const refuse = (): never => {
        throw denied();
      };
      for (const name of ["localStorage", "sessionStorage", "indexedDB"])
        Object.defineProperty(window, name, { get: refuse });
      Object.defineProperty(window, "BroadcastChannel", { value: refuse });
      navigator.locks.request = () => Promise.reject(denied());
      navigator.locks.query = () => Promise.reject(denied());
    });
    await openApp(page, await makeLink(visiting()));
    await expect(card(page)).toContainText("This notebook came with a link.");
    await expect(page.locator(".node").first()).toBeVisible();
    await expect(page.getByText(/cookies and site data are/)).toBeVisible();
    await expect(
      page.getByRole("button", { name: "Keep a copy" }).first(),
    ).toBeDisabled();
  },
);
