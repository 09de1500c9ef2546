import { afterEach, expect, test, vi } from "vitest";
import { fetchPackages } from "../../../src/notebook/packages/fetch.ts";

const specifier = "npm:adder@1.2.3";
const cdn = "https://cdn.example";

afterEach(() => void vi.restoreAllMocks());

/** What becomes of a package that a network answers for in some way. */
async function fetchFrom(
  answer: (address: string) => Response | Promise<Response>,
  more = "",
) {
  const kept: string[] = [];
  const asked: RequestInit[] = [];
  const fetching = fetchPackages(
    [{ specifier }],
    `flowbook: 1\ncdn: ${cdn}\n${more}`,
    async (name) => void kept.push(name),
    async (address, options) => {
      asked.push(options!);
      return answer(String(address));
    },
  );
  const message = await fetching.then(
    () => "",
    (thrown: Error) => thrown.message,
  );
  return { message, kept, asked };
}

const endless = (chunk: Uint8Array<ArrayBuffer>) =>
  new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.enqueue(chunk),
  });

test("a package is asked for without anything of the reader's, and kept", async () => {
  const { message, kept, asked } = await fetchFrom(
    () => new Response("export default 1"),
  );
  expect([message, kept]).toEqual(["", [specifier]]);
  expect(asked).toEqual([
    expect.objectContaining({
      credentials: "omit",
      referrerPolicy: "no-referrer",
    }),
  ]);
});

test.each<[string, () => Response, RegExp]>([
  [
    "sends without end",
    () => new Response(endless(new Uint8Array(1_000_000))),
    /cdn\.example sends more than 16 MB/,
  ],
  [
    "sends a page",
    () => new Response("<!doctype html><p>Welcome"),
    /no JavaScript module/,
  ],
  ["has no such package", () => new Response("", { status: 404 }), /HTTP 404/],
  [
    "leads on to another host",
    () =>
      Object.defineProperty(new Response("export default 1"), "url", {
        value: "https://evil.example/x.js",
      }),
    /sends on to https:\/\/evil\.example, which nobody allowed/,
  ],
  [
    "cannot be reached",
    () => {
      throw new TypeError("Failed to fetch");
    },
    /cdn\.example cannot be reached/,
  ],
])(
  "a network that %s is told of, and nothing of it is kept",
  async (_, answer, words) => {
    const { message, kept } = await fetchFrom(answer);
    expect(message).toMatch(words);
    expect(message).toContain(specifier);
    expect(kept).toEqual([]);
  },
);

test("other bytes than those that are pinned are refused, and not kept", async () => {
  const { message, kept } = await fetchFrom(
    () => new Response("export default 'evil'"),
    `packages:\n  ${specifier}: sha384-${"A".repeat(64)}\n`,
  );
  expect(message).toContain("is not what this notebook pins");
  expect(kept).toEqual([]);
});

test.each<[string, () => Promise<Response>]>([
  ["never answers", () => new Promise(() => {})],
  [
    "stops in the middle",
    async () =>
      new Response(
        new ReadableStream({
          start: (controller) =>
            controller.enqueue(new TextEncoder().encode("export")),
        }),
      ),
  ],
])("a network that %s is given up", async (_, answer) => {
  const patience = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(patience.signal);
  const fetching = fetchFrom(async () => {
    queueMicrotask(() => patience.abort());
    return answer();
  });
  const { message, kept } = await fetching;
  expect(message).toMatch(/cdn\.example did not send it within 30 s/);
  expect(kept).toEqual([]);
});
