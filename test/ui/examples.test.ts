import { expect, test } from "vitest";
import type { Library, LibraryEntry } from "../../src/storage/library.ts";
import { exampleOf, isOwn, readExample } from "../../src/ui/examples.ts";
import type { ReadyExample } from "../../src/ui/session.svelte.ts";

const id = "example-docs/tour";

/** The parts of a session: what the reader has kept of the tour, and what the app has now. */
function world(
  kept: { text: string; isShipped?: boolean } | undefined,
  fetchExample: (path: string) => Promise<Response>,
  ready?: ReadyExample,
) {
  const entry: LibraryEntry = {
    ...{ id, title: "Tour", updatedAt: 1, lastState: undefined },
    ...(kept?.isShipped === undefined ? {} : { isShipped: kept.isShipped }),
  };
  const library: Pick<Library, "read" | "list"> = {
    read: (of) => Promise.resolve(of === id ? kept?.text : undefined),
    list: () => Promise.resolve(kept ? [entry] : []),
  };
  return {
    library: library as Library,
    readyExample: () => Promise.resolve(ready),
    fetchExample,
  };
}

const newest = (): Promise<Response> =>
  Promise.resolve(new Response("# Newest\n"));
const offline = (): Promise<Response> =>
  Promise.reject(new TypeError("Failed to fetch"));
const missing = (): Promise<Response> =>
  Promise.resolve(new Response("<h1>Not found</h1>", { status: 404 }));

test("a page that was opened and not changed follows the app", async () => {
  const kept = { text: "# Old\n", isShipped: true };
  expect(await readExample(world(kept, newest), "docs/tour")).toEqual({
    ...{ id, text: "# Newest\n", isShipped: true, stored: "# Old\n" },
  });
});

test.each([{ isShipped: false }, {}])(
  "a page that the reader changed stays theirs, and so does one of which nothing is known: %j",
  async (about) => {
    const kept = { text: "# Mine\n", ...about };
    expect(await readExample(world(kept, newest), "docs/tour")).toEqual({
      ...{ id, text: "# Mine\n", isShipped: false, stored: "# Mine\n" },
    });
  },
);

test.each([offline, missing])(
  "an unchanged page is opened as it was when there is no newer one to be had",
  async (fetchExample) => {
    const kept = { text: "# Old\n", isShipped: true };
    expect(await readExample(world(kept, fetchExample), "docs/tour")).toEqual({
      ...{ id, text: "# Old\n", isShipped: true, stored: "# Old\n" },
    });
  },
);

test("a page that is opened for the first time says what is wrong when it is not there", async () => {
  await expect(
    readExample(world(undefined, missing), "docs/tour"),
  ).rejects.toThrow(
    /no docs\/tour\.flow\.md \(HTTP 404\).*Load the page again/,
  );
  await expect(
    readExample(world(undefined, offline), "docs/tour"),
  ).rejects.toThrow(/could not be loaded.*when there is a connection/);
});

test("what the build has read is opened without asking for it", async () => {
  const ready = { text: "# Ready\n" } as ReadyExample;
  const opened = await readExample(
    world(undefined, offline, ready),
    "docs/tour",
  );
  expect(opened).toEqual({ id, text: ready.text, ready, isShipped: true });
});

test("only what was changed or run is among the reader's notebooks", () => {
  const entry = { id, title: "Tour", updatedAt: 1, lastState: undefined };
  expect(isOwn({ ...entry, isShipped: true })).toBe(false);
  expect(isOwn({ ...entry, isShipped: true, lastState: "Success" })).toBe(true);
  expect(isOwn({ ...entry, isShipped: false })).toBe(true);
  expect(isOwn(entry)).toBe(true);
});

test("the name of an example is found in its id", () => {
  expect(exampleOf(id)).toBe("docs/tour");
  expect(exampleOf("abc")).toBeUndefined();
});

test.each([
  "../other/x",
  "docs/../x",
  "docs/a/b",
  "%2e%2e/x",
  "x?y",
  "x#y",
  "",
])("an address names no file outside the examples: %s", (name) => {
  expect(exampleOf(`example-${name}`)).toBeUndefined();
});
