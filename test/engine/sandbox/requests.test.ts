import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextLink } from "../../../src/engine/sandbox/kernel/formats/pages.ts";
import {
  readRetryAfter,
  waitAfter,
} from "../../../src/engine/sandbox/kernel/formats/patience.ts";
import { cell, startKernel, traceOne } from "./kernelWorld.ts";

const hosts = ["https://a.org"];

/** A task on a server that gives these answers one after the other; what was asked is kept. */
function serve(
  fn: string,
  answers: readonly (Response | Error | "silence")[],
  now?: () => number,
) {
  const asked: { url: string; headers: Headers; init: RequestInit }[] = [];
  const kernel = startKernel(
    [cell("main", `const t = task(${fn})`, { declares: ["t"] })],
    {
      hosts,
      ...(now ? { now } : {}),
      fetch: (address, init = {}) => {
        const answer = answers[asked.length];
        asked.push({
          url: String(address),
          headers: new Headers(init.headers),
          init,
        });
        if (answer === undefined) throw new Error("one request too many");
        if (answer === "silence")
          return new Promise((_, reject) => {
            init.signal!.addEventListener("abort", () =>
              reject(new DOMException("aborted", "AbortError")),
            );
          });
        return answer instanceof Error
          ? Promise.reject(answer)
          : Promise.resolve(answer);
      },
    },
  );
  const logged = () =>
    kernel.messages.flatMap((message) =>
      message.type === "log" ? [message.text] : [],
    );
  return { kernel, asked, logged };
}

const status = (code: number, headers: Record<string, string> = {}) =>
  new Response("busy", { status: code, headers });

describe("a request to a flaky server", () => {
  test("is tried again after what passes, and told in the log", async () => {
    const { kernel, asked, logged } = serve(
      `() => fetchText("https://a.org/x", { retries: 3, retryDelay: 1 })`,
      [
        new TypeError("reset"),
        status(503),
        status(429),
        new Response("at last"),
      ],
    );
    expect(await kernel.run("t")).toBe("at last");
    expect(asked).toHaveLength(4);
    expect(logged()[0]).toMatch(
      /^GET https:\/\/a\.org\/x got no answer: reset\. .* Try 2 of 4 follows in \d ms\.$/,
    );
    expect(logged()[1]).toMatch(/answered 503: busy\. Try 3 of 4/);
  });

  test("is told to have been cut where its answer ends too early", async () => {
    const cut = new ReadableStream({
      start: (controller) => controller.error(new TypeError("terminated")),
    });
    const { kernel } = serve(`() => fetchText("https://a.org/x")`, [
      new Response(cut),
    ]);
    expect((await kernel.runFails("t")).message).toBe(
      "GET https://a.org/x broke off its answer: terminated",
    );
  });

  test("fails with the last answer when its tries are over, and at once without retries", async () => {
    const { kernel, asked } = serve(
      `() => fetchText("https://a.org/x", { retries: 1, retryDelay: 1 })`,
      [status(503), status(502)],
    );
    expect((await kernel.runFails("t")).message).toBe(
      "GET https://a.org/x answered 502: busy (the last of 2 tries)",
    );
    expect(asked).toHaveLength(2);
    const once = serve(`() => fetchText("https://a.org/x")`, [status(503)]);
    expect((await once.kernel.runFails("t")).message).toBe(
      "GET https://a.org/x answered 503: busy",
    );
  });

  test("is not tried again after what stays as it is", async () => {
    const { kernel, asked } = serve(
      `() => fetchText("https://a.org/x", { retries: 5, retryDelay: 1 })`,
      [status(404)],
    );
    expect((await kernel.runFails("t")).message).toMatch(/answered 404/);
    expect(asked).toHaveLength(1);
  });

  test("that is silent is given up after the timeout", async () => {
    const { kernel, asked } = serve(
      `() => fetchText("https://a.org/x", { retries: 1, retryDelay: 1, timeout: "5ms" })`,
      ["silence", new Response("here")],
    );
    expect(await kernel.run("t")).toBe("here");
    expect(asked[0]!.init.signal!.aborted).toBe(true);
    const silent = serve(`() => fetchText("https://a.org/x", { timeout: 5 })`, [
      "silence",
    ]);
    expect((await silent.kernel.runFails("t")).message).toBe(
      "GET https://a.org/x did not answer within 5 ms.",
    );
    const twice = serve(
      `() => fetchText("https://a.org/x", { retries: 1, retryDelay: 1, timeout: 5 })`,
      ["silence", "silence"],
    );
    const failed = await twice.kernel.runFails("t");
    expect(failed.message).toBe(
      "GET https://a.org/x did not answer within 5 ms (the last of 2 tries).",
    );
    // That it was aborted is Flowbook's own doing.
    expect(failed.cause).toBeUndefined();
  });

  test("waits as long as the server asks, and says so if that is too long", async () => {
    const { kernel, logged } = serve(
      `() => fetchText("https://a.org/x", { retries: 1, retryDelay: "1h" })`,
      [status(429, { "retry-after": "0" }), new Response("ok")],
    );
    expect(await kernel.run("t")).toBe("ok");
    expect(logged()[0]).toMatch(/follows in 0 ms/);
    const long = serve(`() => fetchText("https://a.org/x", { retries: 1 })`, [
      status(429, { "retry-after": "7200" }),
    ]);
    expect((await long.kernel.runFails("t")).message).toMatch(
      /answered 429: busy\. It asks to wait 2 h: retry the task then/,
    );
  });

  test("Retry-After is read as seconds and as a date", () => {
    const read = (text: string) =>
      readRetryAfter(status(503, { "retry-after": text }), 1_000_000);
    expect(read("120")).toBe(120_000);
    expect(read("1.5")).toBe(1500);
    expect(read(new Date(1_060_000).toUTCString())).toBe(60_000);
    expect(read(new Date(0).toUTCString())).toBe(0);
    for (const text of ["soon", "-5", "+5", "1,5", "-1.5", "5/3"])
      expect(read(text), text).toBeUndefined();
    expect(readRetryAfter(status(503), 0)).toBeUndefined();
  });

  test("waits twice as long each time, within half of it by chance, and never over a minute", () => {
    const patience = {
      retries: 9,
      retryDelay: 100,
      timeout: undefined,
      rate: undefined,
    };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (tries) => {
        const wait = waitAfter(patience, tries, undefined, 0)!;
        const most = Math.min(100 * 2 ** (tries - 1), 60_000);
        expect(wait).toBeLessThanOrEqual(most);
        expect(wait).toBeGreaterThanOrEqual(most / 2);
      }),
    );
  });

  test("keeps to a rate", async () => {
    const timers: { callback: () => void; milliseconds: number }[] = [];
    const kernel = startKernel(
      [
        cell(
          "main",
          `const t = task(async () => { for (const n of [1, 2, 3]) await fetchText("https://a.org/" + n, { rate: "4/s" }) })`,
          { declares: ["t"] },
        ),
      ],
      {
        hosts,
        timers: Object.assign(timers, {
          push(timer: { callback: () => void; milliseconds: number }) {
            const count = Array.prototype.push.call(timers, timer);
            queueMicrotask(() => timer.callback());
            return count;
          },
        }),
        fetch: () => Promise.resolve(new Response("")),
      },
    );
    await kernel.run("t");
    expect(timers.map(({ milliseconds }) => milliseconds)).toEqual([250, 500]);
  });

  test.each([
    "{ retries: -1 }",
    "{ retries: 1.5 }",
    '{ timeout: "soon" }',
    '{ rate: "fast" }',
    "{ retryDelay: {} }",
  ])("refuses the options %s before anything is sent", async (options) => {
    const { kernel, asked } = serve(
      `() => fetchText("https://a.org/x", ${options})`,
      [],
    );
    expect((await kernel.runFails("t")).code).toBe("invalid-option");
    expect(asked).toEqual([]);
  });
});

describe("pages", () => {
  /** What is wrong with the pages of an address. */
  const fails = async (options: string, answers: readonly Response[]) =>
    (
      await serve(
        `() => fetchPages("https://a.org/x", ${options})`,
        answers,
      ).kernel.runFails("t")
    ).message;

  const json = (body: unknown, headers: Record<string, string> = {}) =>
    Response.json(body, { headers });
  const collect = async (options: string, answers: readonly Response[]) => {
    const { kernel, asked } = serve(
      `() => fetchPages("https://a.org/x?q=1", ${options})`,
      answers,
    );
    return { items: await kernel.run("t"), urls: asked.map(({ url }) => url) };
  };

  test("are followed by their links", async () => {
    expect(
      await collect("{}", [
        json([1, 2], {
          link: '<https://a.org/x?p=0>; rel="prev", </x?p=2>; title="a, b"; rel="next last"',
        }),
        json([3]),
      ]),
    ).toEqual({
      items: [1, 2, 3],
      urls: ["https://a.org/x?q=1", "https://a.org/x?p=2"],
    });
  });

  test("have no items where the list is left out, and are refused where another field has it", async () => {
    expect(
      (await collect(`{ items: "items" }`, [json({ kind: "files" })])).items,
    ).toEqual([]);
    for (const items of ["dta", "data.rows"]) {
      const { kernel } = serve(
        `() => fetchPages("https://a.org/x", { items: "${items}" })`,
        [json({ meta: [], data: [{ id: 1 }] })],
      );
      expect((await kernel.runFails("t")).message).toBe(
        `The answer to GET https://a.org/x has no list under ${items}, but one under data. Correct the option items.`,
      );
    }
  });

  test("are refused where a page is no list, with the lists that it has", async () => {
    const fails = async (page: unknown) =>
      (
        await serve(`() => fetchPages("https://a.org/x")`, [
          json(page),
        ]).kernel.runFails("t")
      ).message;
    expect(await fails({ total: 2, items: [{ id: 1 }], next: "/x?p=2" })).toBe(
      'The answer to GET https://a.org/x is no list. It has one under items. Say where in it the items are: { items: "items" }.',
    );
    expect(await fails({ meta: { tags: [] }, data: { rows: [5] } })).toMatch(
      /has lists under meta\.tags and data\.rows\. Say where/,
    );
    expect(await fails({ error: "no" })).toMatch(/is no list\. It is .*error/);
    expect(await fails(null)).toMatch(/is no list\. It is null/);
  });

  test("keep the digits of ids, also of one that the next page is asked for by", async () => {
    const id = 9007199254740993n;
    expect(
      await collect(`{ next: { cursor: "max", param: "p" }, items: "a" }`, [
        new Response(`{"a":[{"id":${id}}],"max":${id}}`),
        new Response(`{"a":[]}`),
      ]),
    ).toEqual({
      items: [{ id }],
      urls: ["https://a.org/x?q=1", `https://a.org/x?q=1&p=${id}`],
    });
  });

  test("begin where the address says, which has the parameter only once", async () => {
    const count = async (url: string, options: string) => {
      const { kernel, asked } = serve(
        `() => fetchPages("${url}", ${options})`,
        [json([1]), json([])],
      );
      expect(await kernel.run("t")).toEqual([1]);
      return asked.map(({ url }) => new URL(url).search);
    };
    const at = "https://a.org/x?page=3&q=1";
    expect(await count(at, `{ next: { page: "page" } }`)).toEqual([
      "?q=1&page=3",
      "?q=1&page=4",
    ]);
    expect(await count(at, `{ next: { page: "page", from: 0 } }`)).toEqual([
      "?q=1&page=0",
      "?q=1&page=1",
    ]);
    expect(
      await count(
        "https://a.org/x",
        `{ next: { offset: "skip", size: 10 }, query: { skip: 20 } }`,
      ),
    ).toEqual(["?skip=20", "?skip=30"]);
    const { kernel, asked } = serve(
      `() => fetchPages("https://a.org/x?after=a", { next: { cursor: "next", param: "after" }, items: "items" })`,
      [json({ items: [1], next: "b" }), json({ items: [2] })],
    );
    expect(await kernel.run("t")).toEqual([1, 2]);
    expect(asked.map(({ url }) => new URL(url).search)).toEqual([
      "?after=a",
      "?after=b",
    ]);
    const wrong = serve(
      `() => fetchPages("https://a.org/x?page=x", { next: { page: "page" } })`,
      [],
    );
    expect((await wrong.kernel.runFails("t")).message).toMatch(
      /^page is counted up from page to page, and the request begins with "x"/,
    );
  });

  test("are followed by an address or a cursor in their body", async () => {
    expect(
      await collect(
        `{ next: { url: "links.next" }, items: "data", query: { a: 1 } }`,
        [
          json({ data: [1], links: { next: "https://a.org/y" } }),
          json({ data: [2], links: { next: null } }),
        ],
      ),
    ).toEqual({
      items: [1, 2],
      urls: ["https://a.org/x?q=1&a=1", "https://a.org/y"],
    });
    expect(
      await collect(
        `{ next: { cursor: "meta.cursor", param: "after" }, items: "data", query: { a: 1 } }`,
        [
          json({ data: [1], meta: { cursor: "c 1" } }),
          json({ data: [], meta: { cursor: "c2" } }),
          json({ data: [2], meta: {} }),
        ],
      ),
    ).toEqual({
      items: [1, 2],
      urls: [
        "https://a.org/x?q=1&a=1",
        "https://a.org/x?q=1&a=1&after=c+1",
        "https://a.org/x?q=1&a=1&after=c2",
      ],
    });
  });

  test("are counted by number or by offset until one is empty", async () => {
    expect(
      await collect(`{ next: { page: "p" } }`, [
        json([1]),
        json([2]),
        json([]),
      ]),
    ).toEqual({
      items: [1, 2],
      urls: ["1", "2", "3"].map((p) => `https://a.org/x?q=1&p=${p}`),
    });
    expect(
      await collect(`{ next: { offset: "o", size: 2 }, items: "rows[0]" }`, [
        json({ rows: [[1, 2]] }),
        json({ rows: [[3]] }),
        json({}),
      ]),
    ).toEqual({
      items: [1, 2, 3],
      urls: ["0", "2", "4"].map((o) => `https://a.org/x?q=1&o=${o}`),
    });
  });

  test("are counted until there is no such page", async () => {
    for (const next of [`{ page: "p" }`, `{ offset: "o", size: 1 }`]) {
      const { kernel, asked, logged } = serve(
        `() => fetchPages("https://a.org/x", { next: ${next}, retries: 2 })`,
        [
          json([1]),
          json([2]),
          new Response('{"detail":"Invalid page."}', { status: 404 }),
        ],
      );
      expect(await kernel.run("t")).toEqual([1, 2]);
      expect(asked).toHaveLength(3);
      expect(logged()).toEqual([
        expect.stringMatching(
          /^GET https:\/\/a\.org\/x\?[po]=[23] answered 404: .* the end, after 2 pages\.$/,
        ),
      ]);
    }
    expect(await fails(`{ next: { page: "p" } }`, [status(404)])).toMatch(
      /^GET https:\/\/a\.org\/x\?p=1 answered 404/,
    );
    expect(
      await fails(`{ next: { page: "p" } }`, [json([1]), status(400)]),
    ).toMatch(/^GET https:\/\/a\.org\/x\?p=2 answered 400/);
    expect(
      await fails(`{ next: { cursor: "[0]", param: "c" } }`, [
        json([1]),
        status(404),
      ]),
    ).toMatch(/^GET https:\/\/a\.org\/x\?c=1 answered 404/);
  });

  test("are retried one by one, and stream", async () => {
    const { kernel, asked } = serve(
      `async () => {
        const batches = []
        for await (const page of streamPages("https://a.org/x", { next: { page: "p" }, retries: 1, retryDelay: 1 }).batches()) batches.push(page)
        return batches
      }`,
      [json([1, 2]), status(503), json([3]), json([])],
    );
    expect(await kernel.run("t")).toEqual([[1, 2], [3], []]);
    expect(asked).toHaveLength(4);
  });

  test("without end, of another kind, or of a host that is not allowed are errors", async () => {
    expect(
      await fails(`{ next: { page: "p" }, mostPages: 2 }`, [
        json([1]),
        json([2]),
      ]),
    ).toMatch(/has more than 2 pages/);
    expect(
      await fails(`{ next: { url: "n" }, items: "a" }`, [
        json({ a: [], n: "https://a.org/x" }),
      ]),
    ).toMatch(/the page after it is itself/);
    const again = json({ list: [1], after: "a" });
    expect(
      await fails(
        `{ next: { cursor: "after", param: "after" }, items: "list" }`,
        [again, again.clone()],
      ),
    ).toMatch(/the page after it is itself/);
    expect(
      await fails(`{ next: { offset: "o", size: 0 } }`, [json([1])]),
    ).toMatch(/the page after it is itself/);
    expect(await fails("{}", [new Response("<html>")])).toMatch(/is not JSON/);
    expect(await fails(`{ items: "a" }`, [json({ a: 5 })])).toMatch(
      /has no list under a, but 5/,
    );
    expect(
      await fails("{}", [json([1], { link: "<https://b.org/x>; rel=next" })]),
    ).toMatch(/may not contact b\.org/);
    expect(await fails(`{ next: "forward" }`, [])).toMatch(/next says how/);
    expect(await fails(`{ pages: 5 }`, [])).toMatch(/no option "pages"/);
  });

  test("are a node of a flow", async () => {
    const graph = await traceOne(
      `fetchPages("https://a.org/x", { next: { page: "p" } })`,
    );
    expect(graph.nodes.map(({ id }) => id)).toEqual(["fetchPages-1"]);
  });

  test.each([
    [null, undefined],
    ["", undefined],
    ["<a>; rel=prev", undefined],
    ["<a>; rel=next", "a"],
    ['<a,b>; x="; rel=next"; rel="prev", <c> ; REL = "next"', "c"],
  ])("the link to the next one in %j is %j", (header, url) => {
    expect(nextLink(header)).toBe(url);
  });
});

describe("fetchChanged", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  test("asks by the tag, or else the date, of what was fetched before", async () => {
    const fn = `async previous => {
      const { bytes, ...rest } = await fetchChanged("https://a.org/x", { previous, headers: { "x-key": "k" } })
      return { ...rest, text: await readText(bytes) }
    }`;
    const first = serve(fn, [
      new Response("one", {
        headers: {
          etag: '"1"',
          "last-modified": "Thu, 01 Jan 1970 00:00:00 GMT",
        },
      }),
    ]);
    expect(await first.kernel.run("t", undefined)).toEqual({
      changed: true,
      text: "one",
      etag: '"1"',
      lastModified: "Thu, 01 Jan 1970 00:00:00 GMT",
    });
    const same = serve(fn, [new Response(null, { status: 304 })]);
    expect(
      await same.kernel.run("t", { bytes: bytes("one"), etag: '"1"' }),
    ).toMatchObject({ changed: false, text: "one", etag: '"1"' });
    expect(same.asked[0]!.headers.get("if-none-match")).toBe('"1"');
    expect(same.asked[0]!.headers.get("x-key")).toBe("k");
    const dated = serve(fn, [new Response("two")]);
    expect(
      await dated.kernel.run("t", {
        bytes: bytes("one"),
        lastModified: "then",
      }),
    ).toMatchObject({ changed: true, text: "two" });
    expect(dated.asked[0]!.headers.get("if-modified-since")).toBe("then");
    const untagged = serve(fn, [new Response("one")]);
    expect(
      await untagged.kernel.run("t", { bytes: bytes("one") }),
    ).toMatchObject({ changed: false });
  });

  test("takes nothing but what it gave", async () => {
    const { kernel } = serve(
      `() => fetchChanged("https://a.org/x", { previous: "one" })`,
      [],
    );
    expect((await kernel.runFails("t")).message).toMatch(/previous is what/);
    const unasked = serve(`() => fetchText("https://a.org/x")`, [
      new Response(null, { status: 304 }),
    ]);
    expect((await unasked.kernel.runFails("t")).message).toMatch(
      /answered 304/,
    );
  });
});

test("notifyWebhook posts a text or an object as JSON", async () => {
  const { kernel, asked } = serve(
    `async () => { await notifyWebhook("https://a.org/hook", "done"); await notifyWebhook("https://a.org/hook", { content: 1 }, { headers: { a: "b" } }) }`,
    [new Response("ok"), new Response("ok")],
  );
  await kernel.run("t");
  expect(asked.map(({ init }) => [init.method, init.body])).toEqual([
    ["POST", '{"text":"done"}'],
    ["POST", '{"content":1}'],
  ]);
  expect(asked[1]!.headers.get("a")).toBe("b");
  const wrong = serve(`() => notifyWebhook("https://a.org/hook", 5)`, []);
  expect((await wrong.kernel.runFails("t")).code).toBe("invalid-argument");
});
