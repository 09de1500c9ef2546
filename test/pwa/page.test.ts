import { beforeEach, expect, test, vi } from "vitest";
import { startPwa } from "../../src/pwa/page.ts";
import { keepShared, sharedQuery } from "../../src/pwa/shared.ts";

const scope = "https://example.org/app/";
type Consumer = (launch: { files: readonly unknown[] }) => void;

/** A cache of the browser, as far as sharing uses it. */
class FakeCache {
  readonly #kept = new Map<string, Response>();

  async put(address: URL, response: Response): Promise<void> {
    this.#kept.set(address.href, response);
  }

  async keys(): Promise<Request[]> {
    return [...this.#kept.keys()].map((address) => new Request(address));
  }

  async match({ url }: Request): Promise<Response | undefined> {
    return this.#kept.get(url);
  }

  async delete({ url }: Request): Promise<boolean> {
    return this.#kept.delete(url);
  }
}

let consumer: Consumer | undefined;
let address: { search: string; pathname: string; hash: string };

beforeEach(() => {
  const cache = new FakeCache();
  consumer = undefined;
  address = { search: "", pathname: "/app/", hash: "" };
  vi.stubGlobal("caches", { open: async () => cache });
  // A browser without service workers shows the app as it came.
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("location", address);
  vi.stubGlobal("history", {
    replaceState(_: unknown, __: string, to: string) {
      address.search = new URL(to, scope).search;
    },
  });
  vi.stubGlobal("window", {
    launchQueue: { setConsumer: (take: Consumer) => (consumer = take) },
  });
  return () => vi.unstubAllGlobals();
});

/** Starts the page at an address; gives what it is given to open. */
async function start(search = ""): Promise<string[][]> {
  const opened: string[][] = [];
  address.search = search;
  await startPwa(
    {
      updated: () => {},
      opened: (files) => opened.push(files.map(({ name }) => name)),
    },
    search,
  );
  return opened;
}

function share(...files: File[]): Promise<Response> {
  const body = new FormData();
  for (const file of files) body.append("files", file);
  body.append("text", "with a few words");
  return keepShared(
    new Request(`${scope}share`, { method: "POST", body }),
    scope,
  );
}

test("files that the system opens with the app are opened together", async () => {
  const opened = await start();
  const handle = (name: string) => ({
    getFile: async () => new File([], name),
  });
  consumer?.({ files: [handle("a.flow.md"), handle("b.csv")] });
  await expect.poll(() => opened).toEqual([["a.flow.md", "b.csv"]]);
});

test("an app that is started without a file opens none", async () => {
  const opened = await start();
  consumer?.({ files: [] });
  await Promise.resolve();
  expect(opened).toEqual([]);
});

test("files that another program shares are opened once, under their names, by the page that it leads to", async () => {
  const answer = await share(
    new File(["a\n1\n"], "Füße.csv"),
    new File(["#"], "b.md"),
  );
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toBe(`${scope}${sharedQuery}`);
  expect(await start()).toEqual([]);
  expect(await start(sharedQuery)).toEqual([["Füße.csv", "b.md"]]);
  expect(address.search).toBe("");
  expect(await start(sharedQuery)).toEqual([]);
});

test("a share without a file opens nothing", async () => {
  await share();
  expect(await start(sharedQuery)).toEqual([]);
});
