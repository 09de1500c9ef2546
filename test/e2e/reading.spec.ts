import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Frame, Page } from "@playwright/test";
import { makeLink } from "../../src/notebook/link.ts";
import { startEvilHost } from "../engines/evil.ts";
import { expect, openApp, test } from "./fixture.ts";
import { notebookOf, openText } from "./notebooks.ts";

const greeting = (host?: string) =>
  notebookOf(
    "Greeting",
    [
      {
        name: "work",
        source: `
const greet = task(async (name: string) => {
  const word = ${host === undefined ? '"Hello"' : `await fetchText("${host}").catch(() => "Hello")`}
  return [{ text: word + ", " + name }]
})
flow("Greeting", () => { load("greetings", greet(param("name", "world"))) })`,
      },
      { language: "sql", name: "all", source: "SELECT text FROM greetings" },
    ],
    host === undefined ? "" : `network:\n  - ${host}\n`,
  ).replace("```ts", "Some words about it.\n\n```ts");

/** A host on this machine that serves these pages; those of `/open/` may be read by other pages. */
async function serve(pages: Readonly<Record<string, string>>) {
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const page = path === "/favicon.ico" ? "" : pages[path];
    response.writeHead(page === undefined ? 404 : 200, {
      "content-type": path.endsWith(".html") ? "text/html" : "text/plain",
      ...(path.startsWith("/open/")
        ? { "access-control-allow-origin": "*" }
        : {}),
    });
    response.end(page);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test("the reading view has prose, form, Run, progress and outputs, and no code", async ({
  page,
}) => {
  await page.setViewportSize({ width: 380, height: 720 });
  await openApp(page, `?view=app&name=you${await makeLink(greeting())}`);
  await expect(page.getByText("Some words about it.")).toBeVisible();
  await expect(page.getByText("Nothing in it has run yet")).toBeVisible();
  await expect(page.getByRole("textbox", { name: /^Code of/ })).toHaveCount(0);
  await expect(page.getByLabel("name", { exact: true })).toHaveValue("you");
  expect(await page.evaluate(() => window.flowbook.runs())).toEqual([]);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByText("Hello, you")).toBeVisible();
  await expect(
    page.getByRole("figure", { name: "Progress of Greeting" }),
  ).toContainText("Success");
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - innerWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);

  await page.getByRole("button", { name: "Show the code" }).click();
  await expect(
    page.getByRole("textbox", { name: /^Code of/ }).first(),
  ).toBeVisible();
  expect(new URL(page.url()).searchParams.has("view")).toBe(false);
});

test("who reads is told why a run failed, and what they change runs by itself where a cell says so", async ({
  page,
}) => {
  await openApp(page);
  await openText(
    page,
    notebookOf("Squares", [
      {
        name: "main auto",
        source: `const square = task((n: number) => {
  if (n > 7) throw new Error("more than the table has")
  return load("squares", [{ square: n * n }], { mode: "replace" })
})
flow("Squares", () => square(param("n", 3)))`,
      },
      { language: "sql", name: "shown", source: "SELECT * FROM squares" },
    ]),
  );
  const { search, hash } = new URL(page.url());
  await openApp(page, `?view=app${search.replace("?", "&")}${hash}`);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const cell = (text: string) => page.getByRole("cell", { name: text });
  await expect(cell("9")).toBeVisible();
  const field = page.getByLabel("n", { exact: true });
  await field.fill("8");
  await expect(page.getByText("square: more than the table has")).toBeVisible();
  await field.fill("5");
  await expect(cell("25")).toBeVisible();
  await expect(page.getByText("more than the table has")).toHaveCount(0);

  // Of a flow that cannot be drawn it is said why.
  const broken = 'flow("Broken", () => { throw new Error("no luck") })';
  await openText(page, notebookOf("B", [{ name: "b", source: broken }]));
  const own = new URL(page.url());
  await openApp(page, `?view=app${own.search.replace("?", "&")}${own.hash}`);
  await expect(page.getByRole("status").getByText(/no luck/)).toBeVisible();
  await expect(page.getByText("Not run yet")).toHaveCount(0);
});

test("a folded section shows its heading to a reader and opens on a press, and the form above it stays", async ({
  page,
}) => {
  await openApp(
    page,
    `?view=app${await makeLink(
      greeting().replace(
        "Some words about it.",
        "Some words about it.\n\n<!-- cell folded -->\n\n## How it works\n\nHidden at first.",
      ),
    )}`,
  );
  const heading = page.getByRole("heading", { name: "How it works" });
  await expect(heading).toBeVisible();
  await expect(page.getByText("Hidden at first.")).toBeHidden();
  const run = page.getByRole("button", { name: "Run", exact: true });
  await run.click();
  const output = page.getByText("Hello, world");
  await expect(output).toBeAttached();
  await expect(output).toBeHidden();

  await heading.click();
  await expect(page.getByText("Hidden at first.")).toBeVisible();
  await expect(output).toBeVisible();
  await page.locator("summary", { has: heading }).focus();
  await page.keyboard.press("Enter");
  await expect(output).toBeHidden();
});

test("a notebook on some host opens by its address, and each way to fail has its words", async ({
  page,
  complaints,
}) => {
  complaints.allow(/Failed to load resource|blocked by CORS policy/);
  const host = await serve({
    "/open/a.flow.md": greeting(),
    "/closed.flow.md": greeting(),
    "/open/page.html": "<!doctype html><p>A page</p>",
  });
  await openApp(page, `?from=${host.origin}/open/a.flow.md&name=you`);
  const card = page.getByRole("region", { name: "Preview" });
  await expect(card).toContainText(`comes from ${new URL(host.origin).host}`);
  await expect(page.getByLabel("name", { exact: true })).toHaveValue("you");
  await page.reload();
  await expect(card).toBeVisible();
  for (const [path, words] of [
    ["/open/missing.md", "answered 404 (not found)"],
    ["/closed.flow.md", "does not let other pages read it (CORS)"],
    ["/open/page.html", "it is a web page"],
  ] as const) {
    await openApp(page, `?from=${host.origin}${path}`);
    await expect(page.getByRole("alert")).toContainText(words);
  }
  host.close();

  // As people share a gist; what GitHub would answer is answered here.
  const asked: string[] = [];
  await page.route("https://gist.githubusercontent.com/**", (route) => {
    asked.push(route.request().url());
    return route.fulfill({
      contentType: "text/plain; charset=utf-8",
      headers: { "access-control-allow-origin": "*" },
      body: greeting(),
    });
  });
  await openApp(page, "?from=https://gist.github.com/ann/0123abc&name=you");
  await expect(card).toContainText("comes from gist.github.com");
  await expect(page.getByLabel("name", { exact: true })).toHaveValue("you");
  expect(asked).toEqual([
    "https://gist.githubusercontent.com/ann/0123abc/raw/",
  ]);
});

/** Opens a page of another site that shows the app in a frame; gives the frame. */
async function embed(
  page: Page,
  app: string,
  host: Awaited<ReturnType<typeof serve>>,
): Promise<Frame> {
  await page.goto(`${host.origin}/around.html`);
  await page.evaluate((address) => {
    const frame = document.createElement("iframe");
    frame.width = "900";
    frame.height = "640";
    const answers: unknown[] = [];
    Object.assign(window, {
      ready: new Promise((resolve) => {
        addEventListener("message", ({ data }) => {
          answers.push(data);
          if (data.flowbook === "ready") resolve(data.version);
        });
      }),
      call: (method: string, ...args: unknown[]) => {
        const id = Math.random();
        frame.contentWindow!.postMessage(
          { flowbook: "call", id, method, args },
          "*",
        );
        return new Promise((resolve) => {
          addEventListener("message", ({ data }) => {
            if (data.id === id) resolve(data.value ?? data.error);
          });
        });
      },
    });
    frame.src = address;
    document.body.append(frame);
  }, app);
  await page.evaluate(
    () => (window as unknown as { ready: Promise<string> }).ready,
  );
  return page.frames().find((frame) => frame !== page.mainFrame())!;
}

const call = (page: Page, method: string, ...args: unknown[]) =>
  page.evaluate(
    ([name, given]) =>
      (
        window as unknown as {
          call(method: string, ...args: unknown[]): Promise<unknown>;
        }
      ).call(name, ...given),
    [method, args] as const,
  );

test("an embedded notebook runs for the page around it, which may not allow a host", async ({
  page,
  baseURL,
}) => {
  const evil = await startEvilHost();
  const host = await serve({ "/around.html": "<!doctype html><p>Around</p>" });
  const link = await makeLink(greeting(evil.origin));
  const frame = await embed(page, `${baseURL}?view=app${link}`, host);
  expect(await call(page, "allow", evil.origin)).toMatchObject({
    code: "invalid-argument",
  });
  const report = await call(page, "run", { parameters: { name: "Ann" } });
  expect(report).toMatchObject({ flow: "Greeting", state: "Success" });
  expect(await call(page, "query", "SELECT text FROM greetings")).toEqual([
    { text: "Hello, Ann" },
  ]);
  await expect(frame.getByText("Hello, Ann")).toBeVisible();
  expect(evil.hits).toEqual([]);

  // Its reader may, with the values of that run in the form; that counts for this page only, and nothing is kept.
  await frame.getByRole("button", { name: "Run", exact: true }).click();
  await frame.getByRole("button", { name: "Allow" }).click();
  await expect(frame.getByText("reached, Ann")).toBeVisible();
  await expect(frame.getByRole("button", { name: /Keep/ })).toHaveCount(0);
  const again = await embed(page, `${baseURL}?view=app${link}`, host);
  expect(await call(page, "runs")).toEqual([]);
  await again.getByRole("button", { name: "Run", exact: true }).click();
  await expect(again.getByRole("dialog")).toContainText(
    "May it contact these hosts?",
  );
  host.close();
  await evil.close();
});

test("a page around another one comes to none of the reader's own notebooks", async ({
  page,
  baseURL,
}) => {
  await openApp(page);
  await page.evaluate(
    (text) => window.flowbook.open(text),
    greeting().replace("Some words", "A secret"),
  );
  const own = new URL(page.url()).hash;
  const host = await serve({ "/around.html": "<!doctype html><p>Around</p>" });
  for (const address of [own, "#n.example-aircraft-etl", ""]) {
    const frame = await embed(page, `${baseURL}${address}`, host);
    await expect(frame.getByRole("alert")).toContainText(
      "this address holds none",
    );
    expect(await call(page, "markdown")).toBe("");
  }
  const frame = await embed(page, baseURL + (await makeLink(greeting())), host);
  await expect(frame.getByText("Some words")).toBeVisible();
  await frame.evaluate((hash) => (location.hash = hash), own);
  await expect(frame.getByRole("alert")).toContainText(
    "this address holds none",
  );
  expect(await call(page, "open", "# Other\n")).toMatchObject({
    code: "invalid-argument",
  });
  await expect(page.getByText("A secret")).toHaveCount(0);
  host.close();
});

test("a title that is written from right to left begins at the right, and turns no table below it round", async ({
  page,
}) => {
  await openApp(page);
  const title = page.getByLabel("Title of the notebook");
  for (const [text, direction] of [
    ["رحلات الطيران", "rtl"],
    ["Flights", "ltr"],
  ] as const) {
    await page.evaluate(
      (markdown) => window.flowbook.open(markdown),
      notebookOf(text, []),
    );
    await expect(title).toHaveValue(text);
    await expect(title).toHaveCSS("direction", direction);
  }
  await page.evaluate(
    (markdown) => window.flowbook.open(markdown),
    "# رحلات\n\n| Name | Count |\n| --- | --- |\n| one | 1 |\n",
  );
  const prose = page.locator(".prose");
  await expect(prose.getByRole("heading")).toHaveCSS("direction", "rtl");
  await expect(prose.getByRole("table")).toHaveCSS("direction", "ltr");
});

test("on paper a notebook is whole, and dark on white in any theme", async ({
  page,
}) => {
  await openApp(page);
  await page.evaluate(
    () => (document.documentElement.dataset["theme"] = "dark"),
  );
  const cells = Array.from({ length: 30 }, (_, at) => ({
    name: `part${at}`,
    source: `const value${at} = 1`,
  }));
  await page.evaluate(
    (text) => window.flowbook.open(text),
    notebookOf("Long", cells) + "\nThe last words.\n",
  );
  await expect(page.locator(".code-keyword").first()).toBeVisible();
  const last = page.getByText("The last words.");
  const reach = () =>
    last.evaluate((element) => {
      const { bottom } = element.getBoundingClientRect();
      const { scrollHeight } = document.documentElement;
      return { isOnPaper: bottom <= scrollHeight, isLong: bottom > 2000 };
    });
  await expect(last).toBeAttached();
  const far = page.locator(".cell", { hasText: "const value29" });
  await expect(far).toHaveCount(1);
  const coloured = far.locator(".code-keyword");
  await expect(coloured).toHaveCount(0);
  await page.pdf();
  await expect(coloured).toHaveText("const");
  await page.emulateMedia({ media: "print" });
  expect(await reach()).toEqual({ isOnPaper: true, isLong: true });
  await expect(page.getByRole("button", { name: "Run" })).toHaveCount(0);
  await expect(page.getByRole("tab", { name: "Graph" })).toHaveCount(0);
  await expect(page.locator(".cell").first()).toContainText("const value0 = 1");
  await expect(last).toHaveCSS("color", "rgb(25, 33, 46)");
});

test("the key that prints waits until charts are drawn that nobody scrolled to", async ({
  page,
}) => {
  await openApp(page);
  const source = `
for (let at = 0; at < 12; at += 1)
  display(svg\`<svg viewBox="0 0 4 3" width="400"><rect width="4" height="3" /></svg>\`)`;
  await page.evaluate(
    (text) => window.flowbook.open(text),
    notebookOf("Charts", [{ name: "charts", source }]),
  );
  await page.locator(".cell").getByRole("button", { name: "Run" }).click();
  const charts = page.locator("[data-output] iframe");
  await expect(charts.first()).toBeVisible();
  expect(await charts.count()).toBeLessThan(12);
  const heights = page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        window.print = () => {
          const all = document.querySelectorAll("[data-output] iframe");
          resolve([...all].map((one) => one.clientHeight));
        };
      }),
  );
  await page.keyboard.press("Control+P");
  expect(await heights).toEqual(Array.from({ length: 12 }, () => 302));
  await expect(page.locator("[data-output] .drawing")).toHaveCount(0);
});

test("on paper the reading view is whole too", async ({ page }) => {
  const link = await makeLink(
    notebookOf("Long", []) + "Words.\n\n".repeat(80) + "The last words.\n",
  );
  await openApp(page, `?view=app${link}`);
  const last = page.getByText("The last words.");
  await expect(last).toBeAttached();
  await page.emulateMedia({ media: "print" });
  const overhang = await last.evaluate(
    (element) =>
      element.getBoundingClientRect().bottom -
      document.documentElement.scrollHeight,
  );
  expect(overhang).toBeLessThanOrEqual(0);
});
