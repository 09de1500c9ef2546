import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepShared, takeShared } from "../../src/pwa/shared.ts";

const scope = "https://app.test/flowbook/";

/** The caches of a browser, of which only one is used. */
function fakeCaches() {
  const kept = new Map<string, Response>();
  const cache = {
    put: async (url: URL, response: Response) =>
      void kept.set(`${url}`, response),
    keys: async () => [...kept.keys()].map((url) => new Request(url)),
    match: async ({ url }: Request) => kept.get(url),
    delete: async ({ url }: Request) => kept.delete(url),
  };
  return { open: async () => cache };
}

beforeEach(() => void vi.stubGlobal("caches", fakeCaches()));
afterEach(() => void vi.unstubAllGlobals());

/** A form as another program, or a page of any site, sends it. */
function share(...files: { name: string; size: number }[]) {
  const formData = async () => ({
    values: () =>
      files.map(({ name, size }) =>
        Object.defineProperty(new File(["x"], name), "size", { value: size }),
      ),
  });
  return keepShared({ formData } as unknown as Request, scope);
}

test("what is shared is given once, under its name", async () => {
  const response = await share({ name: "ä b.csv", size: 1 });
  expect(response.headers.get("location")).toBe(`${scope}?shared`);
  const { files, leftOut } = await takeShared();
  expect(files.map(({ name }) => name)).toEqual(["ä b.csv"]);
  expect(leftOut).toBe(0);
  expect((await takeShared()).files).toEqual([]);
});

test("of many or large files that are shared the first are kept, and the others are counted", async () => {
  const size = 150_000_000;
  await share(...["a", "b", "c", "d"].map((name) => ({ name, size })));
  const large = await takeShared();
  expect(large.files.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  expect(large.leftOut).toBe(1);
  await share(...Array.from({ length: 500 }, () => ({ name: "a", size: 1 })));
  const many = await takeShared();
  expect(many.files).toHaveLength(20);
  expect(many.leftOut).toBe(480);
});

test("what nobody has taken does not pile up", async () => {
  for (const name of ["a", "b", "c"]) await share({ name, size: 1 });
  const { files } = await takeShared();
  expect(files.map(({ name }) => name)).toEqual(["c"]);
});

test("a name that is no well-formed text is kept as far as it can be", async () => {
  await share({ name: "a\ud800.csv", size: 1 });
  expect((await takeShared()).files[0]!.name).toBe("a\ufffd.csv");
});
