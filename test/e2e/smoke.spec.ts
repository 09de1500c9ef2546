import { expect, openApp, testInOwnContext as test } from "./fixture.ts";

test.use({ serviceWorkers: "allow" });

test("the app opens from a folder of a plain host and contacts nothing else", async ({
  page,
}) => {
  const hosts = new Set<string>();
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith("http")) hosts.add(host);
  });
  await openApp(page);
  await expect(page).toHaveTitle(/Flowbook/);
  expect([...hosts]).toEqual([new URL(page.url()).host]);
});
