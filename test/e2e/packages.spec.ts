import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, openApp, test } from "./fixture.ts";
import { notebookOf, openText, run } from "./notebooks.ts";

/** A network of packages on this machine: whoever asks is noted with the origin that they say they have. */
interface Cdn {
  origin: string;
  hits: string[];
  files: Record<string, string>;
  close(): Promise<void>;
}

async function startCdn(): Promise<Cdn> {
  const hits: string[] = [];
  const files: Record<string, string> = {
    "/adder@1.2.3":
      'import { one } from "/adder@1.2.3/lib/one.js"; export const add = (a, b) => a + b; export default one;',
    "/adder@1.2.3/lib/one.js": "export const one = 1",
  };
  const server: Server = createServer((request, response) => {
    const path = (request.url ?? "").replace(/\?.*/, "");
    hits.push(`${path} for ${request.headers.origin}`);
    const text = files[path];
    response.writeHead(text === undefined ? 404 : 200, {
      "access-control-allow-origin": "*",
      "content-type": "text/javascript",
    });
    response.end(text ?? "");
  });
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve()),
  );
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    hits,
    files,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const cells = [
  {
    name: "work",
    source: `
import start, { add } from "npm:adder@1.2.3"
const sum = task((by: number) => add(start, by))
flow("Adding", () => sum(param("by", 41)))`,
  },
  { name: "shown", source: "add(start, 1)" },
];

test("a package is fetched once by the page when the reader says so, pinned, and runs without the network afterwards", async ({
  page,
}) => {
  const cdn = await startCdn();
  await openApp(page);
  await openText(page, notebookOf("Packages", cells, `cdn: ${cdn.origin}\n`));
  const banner = page.getByRole("region", { name: "Packages" });
  await expect(banner).toContainText("adder@1.2.3");
  expect(cdn.hits).toEqual([]);

  await banner.getByRole("button", { name: "Fetch and pin" }).click();
  await expect(banner).toBeHidden();
  const appOrigin = await page.evaluate(() => location.origin);
  expect(cdn.hits).toEqual([
    `/adder@1.2.3 for ${appOrigin}`,
    `/adder@1.2.3/lib/one.js for ${appOrigin}`,
  ]);
  const pinned = await page.evaluate(() => window.flowbook.markdown());
  expect(pinned).toMatch(
    /packages:\n {2}npm:adder@1\.2\.3: sha384-[\w+/]{64}\n/,
  );
  expect((await run(page)).result).toBe(42);

  await cdn.close();
  await page.reload();
  await page.waitForFunction(() => "flowbook" in window);
  const graph = await page.evaluate(() => window.flowbook.graph());
  expect(graph.nodes.map(({ id }) => id)).toContain("sum-1");
  expect((await run(page, { parameters: { by: 1 } })).result).toBe(2);
  const output = await page.evaluate(() => window.flowbook.output("shown"));
  expect(output?.text).toBe("2");
  await expect(banner).toBeHidden();

  expect(cdn.hits).toHaveLength(2);
});

test("a package that is not what the notebook pins is refused, and nothing of it is run", async ({
  page,
}) => {
  const cdn = await startCdn();
  await openApp(page);
  const wrong = `sha384-${"A".repeat(64)}`;
  await openText(
    page,
    notebookOf(
      "Packages",
      cells,
      `cdn: ${cdn.origin}\npackages:\n  npm:adder@1.2.3: ${wrong}\n`,
    ),
  );
  const banner = page.getByRole("region", { name: "Packages" });
  await banner.getByRole("button", { name: "Fetch", exact: true }).click();
  await expect(
    page.getByText(
      /npm:adder@1\.2\.3 was refused.*not what this notebook pins/,
    ),
  ).toBeVisible();
  await expect(banner).toBeVisible();
  expect(await page.evaluate(() => window.flowbook.markdown())).toContain(
    wrong,
  );
  const graphProblem = (): Promise<string> =>
    page.evaluate(() =>
      window.flowbook.graph().then(
        () => "",
        (thrown: Error) => thrown.message,
      ),
    );
  expect(await graphProblem()).toContain(
    "npm:adder@1.2.3 is not on this device yet",
  );

  // What is kept is checked too, whoever put it there.
  await page.evaluate(() =>
    window.flowbook.attach(
      "npm:adder@1.2.3",
      new Blob([
        JSON.stringify({
          modules: [
            {
              address: "https://cdn.example/adder",
              text: "export const add = () => 'evil'; export default 0",
              imports: [],
            },
          ],
        }),
      ]),
    ),
  );
  await page.reload();
  await page.waitForFunction(() => "flowbook" in window);
  expect(await graphProblem()).toContain(
    "was not run: what is kept of it is not what",
  );
  await cdn.close();
});
