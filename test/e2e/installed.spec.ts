import {
  cp,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Page } from "@playwright/test";
import { largeFiles } from "../../build/exampleFiles.ts";
import { serve } from "../../scripts/serve.mjs";
import { expect, testInOwnContext as test } from "./fixture.ts";
import { notebookOf, openText } from "./notebooks.ts";

interface Example {
  name: string;
  title: string;
}

test.use({ serviceWorkers: "allow" });

/** Settles when the service worker has the whole app and answers for this page. */
async function isKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((done) =>
      navigator.serviceWorker.addEventListener("controllerchange", done, {
        once: true,
      }),
    );
  });
}

async function start(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(() => "flowbook" in window);
  await page.evaluate(() => window.flowbook.graph());
}

/** The files of the built app that a browser asks for, but those that are kept when they are first used. */
async function filesOfApp(): Promise<string[]> {
  const unasked = ["serviceWorker.js", "robots.txt", "screenshot.png"];
  const found = await readdir("dist", { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".map"))
    .map(({ parentPath, name }) =>
      relative("dist", join(parentPath, name)).replaceAll("\\", "/"),
    )
    .filter((file) => ![...unasked, ...largeFiles].includes(file));
}

/** A notebook that writes and reads every format, and is to be written in. */
const everyFormat = notebookOf("Every format", [
  {
    name: "formats",
    source: `
/** Reads what it has written. */
const readBack = task(async () => {
  const rows = [{ n: 1, name: "one" }, { n: 2, name: "two" }]
  const packed = await new Response(
    new Blob(["n,name\\n1,one\\n2,two\\n"]).stream().pipeThrough(new CompressionStream("gzip")),
  ).blob()
  const page = "<table><tr><th>n</th><th>name</th></tr><tr><td>1</td><td>one</td></tr><tr><td>2</td><td>two</td></tr></table>"
  const features = rows.map((properties) => ({ type: "Feature", properties, geometry: null }))
  return {
    rows,
    read: {
      csv: await readCsv(packed),
      ndjson: await readNdjson(new Blob([await toNdjson(rows)])),
      json: await readJson(new Blob([JSON.stringify(rows)])),
      html: await readHtmlTable(new Blob([page])),
      geojson: (await readGeoJson(new Blob([JSON.stringify({ type: "FeatureCollection", features })])))
        .map(({ n, name }) => ({ n, name })),
      parquet: await readParquet(await toParquet(rows)),
      excel: await readExcel(await toExcel(rows)),
      sqlite: await readSqlite(await toSqlite({ rows }), "SELECT n, name FROM rows ORDER BY n"),
      path: await jsonPath({ rows }, "$.rows[*]"),
    },
  }
})`,
  },
  { name: "main", source: 'flow("Every format", () => readBack())' },
  {
    name: "chart",
    source: "Plot.plot({ marks: [Plot.barX([{ n: 1 }], { x: 'n' })] })",
  },
]);

/** The built app as if all of its scripts had changed: the same, under other names. */
async function buildAnother(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "flowbook-version-"));
  await cp("dist", folder, { recursive: true });
  const assets = join(folder, "assets");
  const names = new Map<string, string>();
  for (const file of await readdir(assets)) {
    const [, name, hash, end] = /^(.*-)([\w-]{8})(\.\w+)$/.exec(file) ?? [];
    if (hash === undefined) continue;
    const other = hash.slice(0, -1) + (hash.endsWith("0") ? "1" : "0");
    names.set(`${name}${hash}`, `${name}${other}`);
    await rename(join(assets, file), join(assets, `${name}${other}${end}`));
  }
  for (const file of await readdir(folder, { recursive: true })) {
    if (!/\.(?:js|css|html)$/.test(file)) continue;
    let text = await readFile(join(folder, file), "utf8");
    for (const [from, to] of names) text = text.replaceAll(from, to);
    await writeFile(join(folder, file), text);
  }
  return folder;
}

test("after the first visit everything works without a server: examples, docs, readers, types, a shared link", async ({
  page,
  complaints,
}) => {
  // It runs every example, one of three million rows among them.
  test.slow();
  complaints.allow(/Failed to load resource|net::ERR/);
  const server = await serve({ folder: "dist", base: "/a/b/", port: 4782 });
  await start(page, server.url);
  const link = await page.evaluate(() => window.flowbook.shareUrl());
  await isKept(page);
  const missing = await page.evaluate(
    async (files) => {
      const kept = await Promise.all(
        files.map((file) => caches.match(new URL(file, document.baseURI))),
      );
      return files.filter((_, at) => !kept[at]);
    },
    await filesOfApp(),
  );
  expect(missing).toEqual([]);
  const large = "examples/flights/flights-3m.parquet";
  const isThere = (path: string) =>
    caches.match(new URL(path, document.baseURI)).then(Boolean);
  expect(await page.evaluate(isThere, large)).toBe(false);
  await page.evaluate((path) => fetch(path).then((got) => got.blob()), large);
  await expect.poll(() => page.evaluate(isThere, large)).toBe(true);
  await server.close();

  await page.reload();
  await page.waitForFunction(() => "flowbook" in window);
  const report = await page.evaluate(() => window.flowbook.run());
  expect(report.state).toBe("Success");

  const examples = JSON.parse(
    await readFile("public/examples/index.json", "utf8"),
  ) as Example[];
  for (const { name, title } of examples.slice(1)) {
    await page.getByRole("button", { name: "All notebooks" }).click();
    await page.getByRole("button", { name: title }).first().click();
    await expect(page).toHaveURL(new RegExp(`#n\\.example-${name}$`));
    await page.evaluate(() => window.flowbook.graph());
    // These wait for a person or the clock.
    if (name === "schedules-and-approvals") continue;
    const text = await readFile(`public/examples/${name}.flow.md`, "utf8");
    for (const [, flow = ""] of text.matchAll(/^flow\("(.+?)"/gm)) {
      const run = await page.evaluate(
        (named) => window.flowbook.run({ flow: named }),
        flow,
      );
      // Some fail, as their text says; none because something is not there.
      expect(["Success", "Failed"]).toContain(run.state);
      expect(JSON.stringify(run)).not.toMatch(/could not be loaded/);
      if (name === "files-and-formats")
        expect(run.state, `${flow}: ${run.message}`).toBe("Success");
    }
  }

  await openText(page, everyFormat);
  const { tasks, result } = await page.evaluate(() => window.flowbook.run());
  expect(tasks).toMatchObject([{ name: "readBack", state: "Success" }]);
  const { rows, read } = result as { rows: unknown; read: object };
  expect(read).toEqual(
    Object.fromEntries(Object.keys(read).map((format) => [format, rows])),
  );
  const chart = await page.evaluate(() => window.flowbook.output("chart"));
  expect(chart).toMatchObject({ type: expect.not.stringMatching("error") });

  // The service that knows the types of all cells.
  const code = page.getByRole("region", { name: /cell main$/ });
  await code.getByRole("textbox", { name: "Code of cell main" }).click();
  await expect(code.locator(".cm-content")).toBeFocused();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("readB");
  await expect(page.getByRole("option", { name: /^readBack/ })).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.locator(".cm-completionInfo")).toContainText(
    "Reads what it has written.",
  );
  await page.keyboard.press("Escape");

  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: /Find an action/ });
  await field.fill("how many at once");
  await page
    .getByRole("option", { name: /^How many at once Docs: Maps$/ })
    .click();
  await expect(page).toHaveURL(/#n\.example-docs\/maps$/);
  await expect(
    page.getByRole("heading", { name: "How many at once" }),
  ).toBeInViewport();
  const calls = await page.evaluate(() =>
    window.flowbook.run({ flow: "Calls" }),
  );
  expect(calls.result).toEqual([10, 20, 30, 40, 50, 60]);

  await page.goto("about:blank");
  await start(page, link);
  await expect(
    page.getByRole("heading", { name: "Aircraft ETL" }).first(),
  ).toBeAttached();

  // As the system does it when a file is shared with the app.
  await page.evaluate(async () => {
    const form = new FormData();
    form.append("files", new File(["a,b\n1,2\n"], "few.csv"));
    await fetch("./share", { method: "POST", body: form, redirect: "manual" });
  });
  await page.goto(`${server.url}?shared`);
  await expect(
    page.getByRole("heading", { name: "few.csv" }).first(),
  ).toBeAttached();
  const shown = await page.evaluate(() => window.flowbook.output("file"));
  expect(shown?.rows).toEqual([{ a: 1, b: 2 }]);
});

test("a newer version is a button; a tab of the older one goes on whole until it is loaded again, then the old one is gone", async ({
  page,
  context,
  complaints,
}) => {
  complaints.allow(/Failed to load resource|net::ERR/);
  const other = await buildAnother();
  const text = "examples/docs/limits.flow.md";
  await writeFile(join(other, text), "# Of the newer version\n");
  // No other server comes to this port in looking for one that is free: they look upwards.
  const address = { base: "/app/", port: 4683, isStrict: true };
  let server = await serve({ folder: "dist", ...address });
  await start(page, server.url);
  await isKept(page);
  const versionOf = (of: Page) =>
    of.evaluate(
      () => document.querySelector<HTMLScriptElement>("script[src]")?.src,
    );
  const old = await versionOf(page);

  await server.close();
  server = await serve({ folder: other, ...address });
  await page.evaluate(async () => {
    const { serviceWorker } = navigator;
    const taken = new Promise((done) =>
      serviceWorker.addEventListener("controllerchange", done, { once: true }),
    );
    await (await serviceWorker.ready).update();
    await taken;
  });
  const button = page.getByRole("button", { name: "New version: reload" });
  await expect(button).toBeVisible();

  // The tab is still the older one, and what it needs only now comes from that one too.
  expect(await versionOf(page)).toBe(old);
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: /Find an action/ });
  await field.fill("limits");
  await page.getByRole("option", { name: /^Limits Docs$/ }).click();
  await expect(
    page
      .getByRole("main")
      .getByRole("heading", { name: "Limits", exact: true }),
  ).toBeVisible();

  const second = await context.newPage();
  await second.goto(server.url);
  await second.waitForFunction(() => "flowbook" in window);
  expect(
    await second.evaluate((path) => fetch(path).then((it) => it.text()), text),
  ).toBe("# Of the newer version\n");
  const newer = await versionOf(second);
  expect(newer).not.toBe(old);
  const caches = () =>
    second.evaluate(async () =>
      (await window.caches.keys()).filter((name) =>
        name.startsWith("flowbook:app:"),
      ),
    );
  expect(await caches()).toHaveLength(2);
  await second.close();

  await button.click();
  await expect.poll(() => versionOf(page).catch(() => old)).toBe(newer);
  await page.waitForFunction(() => "flowbook" in window);
  await expect
    .poll(async () => {
      await page.reload();
      return page.evaluate(
        async () =>
          (await window.caches.keys()).filter((name) =>
            name.startsWith("flowbook:app:"),
          ).length,
      );
    })
    .toBe(1);
  await server.close();
  await rm(other, { recursive: true });
});

const strict = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy":
    "frame-ancestors 'none'; upgrade-insecure-requests",
  "x-frame-options": "DENY",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
};

for (const [base, headers] of [
  ["/", {}],
  ["/one/two%20words/", {}],
  ["/strict/", strict],
] as const)
  test(`the app opens, runs and comes back after a reload at ${base}`, async ({
    page,
  }) => {
    const server = await serve({
      folder: "dist",
      base,
      port: 4784,
      headers,
    });
    await start(page, server.url);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(
      headers === strict,
    );
    const report = await page.evaluate(() => window.flowbook.run());
    expect(report.state).toBe("Success");
    await page.reload();
    await page.waitForFunction(() => "flowbook" in window);
    const runs = await page.evaluate(() => window.flowbook.runs());
    expect(runs.map(({ state }) => state)).toEqual(["Success"]);
    await page.close();
    await server.close();
  });
