// Every view of the app, and how to get there, for whoever wants to look at all of them: screenshots, and the tests that all can be used.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./dependencies.mjs";

/** Opens a notebook whose last runs are a success and a failure, with outputs of every kind and an attached file. */
export async function openShowcase(page) {
  const text = await readFile(
    join(root, "test/fixtures/showcase.flow.md"),
    "utf8",
  );
  await page.evaluate(async (markdown) => {
    const { flowbook } = window;
    await flowbook.open(markdown);
    await flowbook.attach("shops.csv", new Blob(["shop,open\nNorth,9\n"]));
    await flowbook.run({ to: "clean" });
    await flowbook.run({ parameters: { count: 30 } });
    await flowbook.output("markup");
  }, text);
}

const tab = (name) => (page) => showTab(page, name);

async function showTab(page, name) {
  // A phone has its places at the foot of the page instead, some with a count behind their names.
  const place = page
    .getByRole("navigation", { name: "Views" })
    .getByRole("button", { name: new RegExp(`^${name}`) });
  if (await place.isVisible()) await place.click();
  else await page.locator(`#tab-${name.toLowerCase()}`).click();
  // What is in it is fetched when it is first wanted.
  const panel = page.locator(`#panel-${name.toLowerCase()}`);
  await panel.locator("> :visible").first().waitFor();
}

async function closeSheet(page) {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}

async function choose(page, name) {
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  await page.getByRole("menuitem", { name }).click();
  await page.getByRole("dialog").waitFor();
}

/** In the order in which they are visited, on a page where the showcase is open. `leave` takes back what would be in the way. */
export const views = [
  { name: "graph", show: tab("Graph") },
  {
    name: "failed-node",
    async show(page) {
      await page.locator(".node", { hasText: "askServer" }).first().click();
      await page
        .getByRole("region", { name: "Details of askServer" })
        .waitFor();
    },
  },
  {
    name: "mapped-node",
    async show(page) {
      await page.locator(".node", { hasText: "priceOf" }).first().click();
      await page.getByRole("region", { name: "Details of priceOf" }).waitFor();
    },
  },
  {
    name: "graph-as-table",
    async show(page) {
      await page.getByRole("button", { name: "Table", exact: true }).click();
      await page.getByRole("table").first().waitFor();
    },
    async leave(page) {
      await page
        .getByRole("group", { name: "Show the flow as" })
        .getByRole("button", { name: "Graph" })
        .click();
    },
  },
  {
    name: "graph-search",
    async show(page) {
      await page.getByRole("button", { name: "Find in the graph" }).click();
      await page
        .getByRole("searchbox", { name: "Find in the graph" })
        .fill("load");
    },
    leave: (page) => page.keyboard.press("Escape"),
  },
  { name: "timeline", show: tab("Timeline") },
  { name: "tables", show: tab("Tables") },
  {
    name: "table",
    async show(page) {
      await page
        .getByRole("list", { name: "Tables" })
        .getByRole("button")
        .first()
        .click();
    },
  },
  {
    name: "table-filter",
    part: ":popover-open",
    async show(page) {
      await page.getByRole("button", { name: "Filter by shop" }).click();
    },
    leave: (page) => page.keyboard.press("Escape"),
  },
  { name: "runs", show: tab("Runs") },
  {
    name: "runs-compared",
    async show(page) {
      await page
        .getByLabel("Compare with another run")
        .selectOption({ index: 1 });
      await page.getByRole("table").first().waitFor();
    },
  },
  { name: "logs", show: tab("Logs") },
  { name: "files", show: tab("Files") },
  {
    name: "file",
    async show(page) {
      await page
        .getByRole("button", { name: /shops\.csv/ })
        .first()
        .click();
    },
  },
  {
    name: "palette",
    part: "dialog",
    async show(page) {
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").waitFor();
    },
    leave: closeSheet,
  },
  {
    name: "help",
    part: "dialog",
    show: (page) => choose(page, /Keyboard help/),
    leave: closeSheet,
  },
  {
    name: "versions",
    part: "dialog",
    show: (page) => choose(page, /Version history/),
    leave: closeSheet,
  },
  {
    name: "share",
    part: "dialog",
    async show(page) {
      await page.getByRole("button", { name: "Share" }).click();
      await page.getByRole("dialog").waitFor();
    },
    leave: closeSheet,
  },
  {
    name: "menu",
    part: "[role=menu]:popover-open",
    async show(page) {
      await page.getByRole("button", { name: "Menu", exact: true }).click();
      await page.getByRole("menu").waitFor();
    },
    leave: (page) => page.keyboard.press("Escape"),
  },
  {
    name: "home",
    part: "html",
    async show(page) {
      await page.getByRole("button", { name: "All notebooks" }).click();
      await page.getByRole("heading", { name: "My notebooks" }).waitFor();
    },
  },
];
