import { startEvilHost, type EvilHost } from "./evil.ts";
import type { Tab } from "./engine.ts";
import { expect, test } from "./fixture.ts";

// Browsers say what a policy forbids as errors of the page.
test.use({ mayComplain: true });

let evil: EvilHost;
test.beforeEach(async () => {
  evil = await startEvilHost();
});
test.afterEach(() => evil.close());

/** Fills a frame, so that a click on the frame is one on it; and makes the frame higher once it has been clicked on. */
const style = `<style>
a, button, [type=image], summary { display: block; width: 100%; height: 180px }
body:focus-within { height: 400px }
</style>`;

/** What leads to a host when it is clicked on. `url(name)` is an address at that host. */
function clickables(url: (name: string) => string): Record<string, string> {
  const link = (name: string, attributes = "", href = url(name)) =>
    `<a tabindex="0" href="${href}" ${attributes}>x</a>`;
  const form = (name: string, attributes = "", button = "") =>
    `<form action="${url(name)}" ${attributes}><input type="hidden" name="a" value="b"><button tabindex="0" ${button}>x</button></form>`;
  return {
    link: link("link"),
    linkToTab: link("linkToTab", 'target="_blank"'),
    linkToTop: link("linkToTop", 'target="_top"'),
    linkToParent: link("linkToParent", 'target="_parent"'),
    linkWithPing: link("linkWithPing", `ping="${url("ping")}"`, "#here"),
    linkInSvg: `<svg viewBox="0 0 9 9"><a tabindex="0" href="#x"><animate attributeName="href" to="${url("svg")}" fill="freeze" dur="1ms"/><rect width="9" height="9"/></a></svg>`,
    linkInShadow: `<div tabindex="0"><template shadowrootmode="closed">${link("shadow", 'style="display:block;height:180px"')}</template>${link("slotted")}</div>`,
    download: link("download", "download"),
    script: link(
      "script",
      "",
      `javascript:fetch('${url("script")}');top.location='${url("scriptTop")}'`,
    ),
    downloadData: link("data", "download", "data:application/octet-stream,x"),
    dataToTab: link("data", 'target="_blank"', "data:text/html,x"),
    form: form("form"),
    formPost: form("formPost", 'method="post"'),
    formToTab: form("formToTab", 'target="_blank"'),
    formToTop: form("formToTop", 'target="_top"'),
    formByButton: form("form", "", `formaction="${url("formByButton")}"`),
    handler: `<button tabindex="0" onclick="fetch('${url("handler")}')">x</button>`,
  };
}

/** Resolves when the frame that a cell shows was clicked on, so that what it holds has seen it. */
async function clickFrame(tab: Tab, cell: string): Promise<void> {
  const selector = `[data-cell="${cell}"] iframe`;
  const height = () =>
    tab.evaluate((cell) => {
      // The frame is not there before its place comes near to what is in sight.
      const output = document.querySelector(
        `[data-cell="${cell}"] [data-output]`,
      );
      const frame = output?.querySelector("iframe");
      (frame ?? output)?.scrollIntoView({ block: "center" });
      return frame?.getBoundingClientRect().height ?? 0;
    }, cell);
  // Not the height of an empty frame, nor that of one that was clicked on.
  await expect.poll(height).toBeGreaterThan(150);
  // Chromium may lose a click on a frame that has just moved (what is there, another process has to say), and then never answers it.
  await expect(async () => {
    void tab.click(selector).catch(() => {});
    await expect.poll(height, { timeout: 2_000 }).toBeGreaterThan(350);
  }).toPass({ timeout: 20_000 });
}

test("a click on a link, button or form in an output reaches no host, and leads nobody away", async ({
  tab,
}) => {
  const all = Object.entries(clickables((name) => `${evil.origin}/${name}`));
  const cells = all.map(
    ([name, markup]) =>
      `\`\`\`js ${name}1\ndisplay(html\`${style + markup}\`)\n\`\`\``,
  );
  await tab.evaluate(
    (text) => window.flowbook.open(text),
    `---\nflowbook: 1\ntitle: Clicks\n---\n\n${cells.join("\n\n")}\n`,
  );
  const ids = await tab.evaluate(
    async (names) => {
      await Promise.all(names.map(window.flowbook.output));
      return [...document.querySelectorAll<HTMLElement>("[data-cell]")].map(
        ({ dataset }) => dataset["cell"]!,
      );
    },
    all.map(([name]) => `${name}1`),
  );
  expect(ids.length).toBe(all.length);
  for (const id of ids) await clickFrame(tab, id);
  expect(evil.hits).toEqual([]);
  expect(evil.connections()).toBe(0);
  expect(await tab.evaluate(() => "flowbook" in window)).toBe(true);
});

test("the same clicks do reach the host where nothing is in their way, so the test above can see them", async ({
  tab,
}) => {
  const free = await startEvilHost();
  const all = clickables((name) => `${evil.origin}/${name}`);
  for (const name of ["link", "linkToParent", "form", "handler"]) {
    await tab.goto(`${free.origin}/page`);
    await tab.evaluate((markup) => {
      const frame = document.createElement("iframe");
      frame.srcdoc = markup;
      document.body.append(frame);
      return new Promise<void>((resolve) => {
        frame.onload = () => resolve();
      });
    }, style + all[name]!);
    await tab.click("iframe");
    await expect.poll(() => evil.hits.join()).toContain(`/${name}`);
  }
  await free.close();
});
