import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { toParquet } from "../../../src/engine/sandbox/kernel/formats/parquetWriter.ts";
import { decodePieces } from "../../../src/engine/sandbox/kernel/formats/slices.ts";
import { cell, rowsOf, startKernel, traceError } from "./kernelWorld.ts";

type KernelOptions = Parameters<typeof startKernel>[1];

const kernelOf = (fn: string, options?: KernelOptions) =>
  startKernel(
    [cell("main", `const t = task(${fn})`, { declares: ["t"] })],
    options,
  );

const bytesOf = (text: string) => new TextEncoder().encode(text);

const files = {
  "a.csv": "id,name\n1,x\n",
  "a.csv.gz": gzipSync("id,name\n2,y\n"),
  "two.zip": zipSync({
    "a.json": bytesOf("[3]"),
    "b.csv": bytesOf("id\n4\n"),
  }),
  "utf-16.txt": Uint8Array.from([0xff, 0xfe, 0x41, 0, 0xe9, 0]),
  "latin.txt": Uint8Array.from([0x41, 0xe9]),
  "utf-8.txt": "\ufeffé",
  "bad.csv": "a,b\n1,2\n1,2,3\n",
};

const utf8 = (text: string) => [...bytesOf(text)];

/** The text of bytes that come in pieces, and what is told of it. */
async function decoded(bytes: number[][]): Promise<[string, string[]]> {
  const told: string[] = [];
  const pieces = async function* () {
    for (const piece of bytes)
      yield await Promise.resolve(Uint8Array.from(piece));
  };
  let read = "";
  for await (const part of decodePieces(pieces(), undefined, (what) =>
    told.push(what),
  ))
    read += part;
  return [read, told];
}

describe("readers", () => {
  test("unpack gzip and ZIP by themselves", async () => {
    const kernel = kernelOf(
      `async () => [
        await readCsv("a.csv.gz"),
        await readText("a.csv.gz"),
        await readJson("two.zip", { entry: "a.json" }),
        await readCsv("two.zip", { entry: "b.csv" }),
        (await readBytes("a.csv.gz"))[0],
      ]`,
      { files },
    );
    expect(await kernel.run("t")).toEqual([
      [{ id: 2, name: "y" }],
      "id,name\n2,y\n",
      [3],
      [{ id: 4 }],
      0x1f,
    ]);
  });

  test("refuse a ZIP without files, and unpack gzip in one", async () => {
    const files = {
      "none.zip": zipSync({}),
      "gz.zip": zipSync({ "a.csv.gz": gzipSync("id\n5\n") }),
    };
    const kernel = kernelOf(`name => readCsv(name)`, { files });
    expect((await kernel.runFails("t", "none.zip")).message).toBe(
      "none.zip is a ZIP file without files.",
    );
    expect(await kernel.run("t", "gz.zip")).toEqual([{ id: 5 }]);
  });

  test("of JSON keep the digits of long whole numbers", async () => {
    const files = {
      "a.json": '{"id":9007199254740993,"list":[{"id":9007199254740995}]}',
    };
    const kernel = kernelOf(
      `async () => [
        await readJson("a.json"),
        await (async () => { const all = []; for await (const row of streamJson("a.json", { path: "list" })) all.push(row); return all })(),
      ]`,
      { files },
    );
    expect(await kernel.run("t")).toEqual([
      { id: 9007199254740993n, list: [{ id: 9007199254740995n }] },
      [{ id: 9007199254740995n }],
    ]);
    const broken = { "a.json": "[1234567890123456789" };
    const { message } = await kernelOf(`() => readJson("a.json")`, {
      files: broken,
    }).runFails("t");
    expect(message).toMatch(/^a\.json is not JSON: [^]* It starts with/);
  });

  test("say of a text that it is no name of an attachment, and do not repeat all of it", async () => {
    const message = async (call: string) =>
      (await kernelOf(`async () => { await ${call} }`, { files }).runFails("t"))
        .message;
    const advice = /is no name of an attachment.*new Blob\(\[text\]\)/;
    expect(await message(`readCsv("a,b\\n1,2")`)).toMatch(advice);
    expect(await message(`readJson('[{"a": 1}]')`)).toMatch(advice);
    const long = await message(`readCsv("a;b".repeat(100_000))`);
    expect(long).toMatch(advice);
    expect(long.length).toBeLessThan(300);
    expect(await message(`readCsv("gone.csv")`)).toMatch(/gone\.csv/);
  });

  test.each([
    ["await readCsv('https://a.example/x.csv')", "fetchCsv(...)"],
    ["await readJson('HTTP://a.example/x.json')", "fetchJson(...)"],
    ["await readParquet(new URL('https://a.example/x'))", "fetchParquet(...)"],
    ["await readText('data:,x')", "fetchText(...)"],
    [
      "for await (const row of streamCsv('https://a.example/x.csv'));",
      "streamCsv(await fetch(...))",
    ],
  ])("say of an address how it is read: %s", async (call, instead) => {
    const kernel = kernelOf(`async () => { ${call} }`, { files });
    const { code, message } = await kernel.runFails("t");
    expect(code).toBe("invalid-argument");
    expect(message).toContain(
      `is no name of an attachment. Fetch it: ${instead}.`,
    );
  });

  test("take a name that looks like an address, if there is such an attachment", async () => {
    const kernel = kernelOf(`() => readText("https://a.example/x.txt")`, {
      files: { "https://a.example/x.txt": "here" },
    });
    expect(await kernel.run("t")).toBe("here");
  });

  test("take a name that looks like a text, if there is such an attachment", async () => {
    const kernel = kernelOf(`() => readText("[draft]\\n.txt")`, {
      files: { "[draft]\n.txt": "here" },
    });
    expect(await kernel.run("t")).toBe("here");
  });

  test("take bytes in place of an attachment's name", async () => {
    const kernel = kernelOf(
      `async () => [
        await readCsv(new Blob(["a\\n1"])),
        await readJson(await readBytes("two.zip"), { entry: "a.json" }),
        await readText((await readBytes("utf-8.txt")).buffer),
      ]`,
      { files },
    );
    expect(await kernel.run("t")).toEqual([[{ a: 1 }], [3], "é"]);
  });

  test("find out the encoding by its mark, or are told it", async () => {
    const kernel = kernelOf(
      `async () => [
        await readText("utf-16.txt"),
        await readText("utf-8.txt"),
        await readText("latin.txt", { encoding: "windows-1252" }),
      ]`,
      { files },
    );
    expect(await kernel.run("t")).toEqual(["Aé", "é", "Aé"]);
  });

  test("take text for UTF-16 that has no mark, and not for its zeros alone", async () => {
    const utf16 = (text: string, isBig = false) =>
      Array.from(text).flatMap((letter) => {
        const code = letter.charCodeAt(0);
        return isBig ? [code >> 8, code & 255] : [code & 255, code >> 8];
      });
    const table = "id,name\n1,\u540d\u4e00\n2,\u0416\n";
    for (const text of [table, "a,b", "\u00e9\u00e8,1", "[1,2]"])
      for (const bytes of [utf16(text), utf16(text, true)]) {
        expect(await decoded([bytes]), text).toEqual([text, []]);
        const single = bytes.map((byte) => [byte]);
        expect(await decoded(single), text).toEqual([text, []]);
      }
    for (const text of [
      "a\0",
      "a\0b\0",
      "a,b\n\0,\0\n1,2\n",
      "\0\0\0\0",
      "ab\0cdefgh\0",
    ])
      expect(await decoded([utf8(text)]), text).toEqual([text, []]);

    const long = `${table}${"3,x\n".repeat(50_000)}`;
    const loaded: unknown[] = [];
    const kernel = kernelOf(
      `async () => {
        await load("t", streamCsv("a.csv"))
        return [await readCsv("a.csv"), await fetchText("https://a.org/x")]
      }`,
      {
        files: { "a.csv": Uint8Array.from(utf16(long)) },
        hosts: ["https://a.org"],
        fetch: () =>
          Promise.resolve(
            new Response(Uint8Array.from(utf16("caf\u00e9s, \u00e9t\u00e9")), {
              headers: { "content-type": "text/plain; charset=iso-8859-1" },
            }),
          ),
        database(call) {
          if (call.method === "load-rows") loaded.push(...rowsOf(call.batch));
          return undefined;
        },
      },
    );
    const [rows, fetched] = (await kernel.run("t")) as [unknown[], string];
    expect(rows.slice(0, 2)).toEqual([
      { id: 1, name: "\u540d\u4e00" },
      { id: 2, name: "\u0416" },
    ]);
    expect(loaded).toEqual(rows);
    expect(fetched).toBe("caf\u00e9s, \u00e9t\u00e9");
  });

  test("tell once of text that is no UTF-8, unless they are told what it is", async () => {
    const kernel = kernelOf(
      `async () => {
        await readText("latin.txt", { encoding: "windows-1252" })
        await readText("latin.txt", { encoding: "utf-8" })
        await readText("utf-8.txt")
        await load("t", streamCsv("latin.csv"))
        return readText("latin.txt")
      }`,
      {
        database: () => undefined,
        files: {
          ...files,
          "latin.csv": Uint8Array.from([
            ...new TextEncoder().encode(`a,b\n${"1,2\n".repeat(50_000)}x,`),
            0xe9,
          ]),
        },
      },
    );
    expect(await kernel.run("t")).toBe("Aé");
    const told = kernel.messages.flatMap((message) =>
      message.type === "log" ? [message.text] : [],
    );
    expect(told).toEqual(
      ["latin.csv", "latin.txt"].map(
        (name) =>
          `${name} is not UTF-8, and is read as windows-1252. If letters are wrong, save it as UTF-8, or name its encoding: { encoding: "iso-8859-2" }.`,
      ),
    );
  });

  test("of JSON are told the encoding as those of text, as what they say of a doubtful one advises", async () => {
    const latin2 = (text: string) =>
      Uint8Array.from(
        [...utf8(text)].map((byte) => (byte === 0x3f ? 0xb1 : byte)),
      );
    const kernel = kernelOf(
      `async () => {
        const options = { encoding: "iso-8859-2" }
        const elements = []
        for await (const element of streamJson("a.json", options)) elements.push(element)
        const told = [await readJson("a.json", options), elements, await readGeoJson("point.json", options)]
        return [...told, await readJson("a.json")]
      }`,
      {
        files: {
          "a.json": latin2('["?"]'),
          "point.json": latin2('{"type":"Feature","properties":{"a":"?"}}'),
        },
      },
    );
    expect(await kernel.run("t")).toEqual([
      ["ą"],
      ["ą"],
      [{ a: "ą", geometry: null }],
      ["±"],
    ]);
    expect(
      kernel.messages.flatMap((message) =>
        message.type === "log" ? [message.text] : [],
      ),
    ).toEqual([
      expect.stringMatching(/^a\.json is not UTF-8, .* \{ encoding: /),
    ]);
  });

  test("take text for windows-1252 where it is no UTF-8, and for damaged where it was before", async () => {
    const texts: [bytes: number[][], text: string, odd: string[]][] = [
      [[utf8("a"), [0xfc], utf8("b")], "aüb", ["windows-1252"]],
      [[[0x80, 0x93], utf8("n")], "€“n", ["windows-1252"]],
      // It could have been the beginning of a letter.
      [[utf8("a"), [0xe2, 0x82], utf8("b")], "aâ‚b", ["windows-1252"]],
      [[utf8("a"), [0xe9]], "aé", ["windows-1252"]],
      [[utf8("ü"), [0xfc], utf8("ö")], "ü\uFFFDö", ["damaged"]],
      [[[0xfc, ...utf8("ü")]], "üÃ¼", ["windows-1252"]],
      [[utf8("Zürich, Gen"), [0xe8]], "Zürich, Gen\uFFFD", ["damaged"]],
      [[[...utf8("\uFEFFname\nJos"), 0xe9]], "name\nJos\uFFFD", ["damaged"]],
      [[utf8("\uFEFFa"), [0xfc]], "a\uFFFD", ["damaged"]],
      [[[0xe2], [0x82], [0xac], [0xf0, 0x9f], [0x98, 0x80]], "€😀", []],
      [[utf8("a\uFFFDb")], "a\uFFFDb", []],
    ];
    for (const [bytes, text, odd] of texts)
      expect(await decoded(bytes)).toEqual([text, odd]);
  });

  test("say the same of text however it is cut on its way", async () => {
    const someBytes = fc.oneof(
      fc.constantFrom("a", "\n", "é", "€", "😀", "\uFEFF").map(utf8),
      fc.constantFrom([0xe8], [0xfc, 0x62], [0xe2, 0x82], [0xff, 0xfe], [0xef]),
      fc.integer({ min: 0, max: 255 }).map((byte) => [byte]),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(someBytes, { maxLength: 12 }).map((parts) => parts.flat()),
        fc.array(fc.nat(30), { maxLength: 6 }),
        async (bytes, cuts) => {
          const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
          const pieces = places.map((from, at) =>
            bytes.slice(from, places[at + 1]),
          );
          expect(await decoded(pieces)).toEqual(await decoded([bytes]));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("take text that is no UTF-8 for what its server says it is", async () => {
    const latin = Uint8Array.of(0x61, 0x0a, 0xe9);
    const utf16 = Uint8Array.of(0x61, 0, 0x0a, 0, 0x62, 0);
    const answers: [Uint8Array, string, string][] = [
      [latin, "text/csv; charset=ISO-8859-1", "é"],
      [latin, 'text/csv;header=present; charset="windows-1251"', "й"],
      [utf16, "text/csv; charset=utf-16le", "b"],
      [new TextEncoder().encode("a\né"), "text/csv; charset=ISO-8859-1", "é"],
      [gzipSync("a\né"), "text/csv; charset=ISO-8859-1", "é"],
      [latin, "text/csv; charset=unheard-of", "é"],
      [latin, "text/csv", "é"],
    ];
    for (const [body, type, value] of answers) {
      const kernel = kernelOf(
        `async () => [await fetchCsv("https://a.org/x"), await fetchText("https://a.org/x"), await fetchText("https://a.org/x", { encoding: "windows-1250" })]`,
        {
          hosts: ["https://a.org"],
          fetch: () =>
            Promise.resolve(
              new Response(body as BlobPart, {
                headers: { "content-type": type },
              }),
            ),
        },
      );
      const [rows, text, told] = (await kernel.run("t")) as [
        unknown,
        string,
        string,
      ];
      expect([rows, text]).toEqual([[{ a: value }], `a\n${value}`]);
      if (body === latin) expect(told).toBe("a\né");
    }
  });

  const page = "\n<!DOCTYPE html><title>Sign in</title><p>a,b\n1,2\n";

  test("of CSV refuse a page, and JSON, that came in its place", async () => {
    const fetched = async (body: string | Uint8Array, type: string) => {
      const options = {
        hosts: ["https://a.org"],
        fetch: () =>
          Promise.resolve(
            new Response(body as BlobPart, {
              headers: { "content-type": type },
            }),
          ),
      };
      const outcomes = [
        "fetchCsv(url)",
        "streamed(streamCsv(await fetch(url)))",
      ];
      const all = outcomes.map(async (call) => {
        const kernel = kernelOf(
          `async () => {
            const url = "https://a.org/x.csv"
            const streamed = async (rows) => { const list = []; for await (const row of rows) list.push(row); return list }
            try { return await ${call} } catch (error) { return error.message }
          }`,
          options,
        );
        const outcome = await kernel.run("t");
        return typeof outcome === "string"
          ? outcome.replace(
              /^(?:The answer to GET https:\/\/a\.org\/x\.csv|the stream)/,
              "it",
            )
          : outcome;
      });
      const [whole, stream] = await Promise.all(all);
      expect(stream).toEqual(whole);
      return whole;
    };
    const isPage =
      /^it is HTML and not CSV: it begins with "<!DOCTYPE html>.*sign in/;
    for (const type of ["text/html; charset=utf-8", "text/csv", ""])
      expect(await fetched(page, type), type).toMatch(isPage);
    expect(await fetched(gzipSync(page), "text/csv")).toMatch(isPage);
    expect(await fetched("<HTML>", "text/plain")).toMatch(/is HTML/);
    expect(await fetched("<p>Busy", "text/html")).toMatch(/is HTML/);
    expect(
      await fetched('<?xml version="1.0"?><Error/>', "application/xml"),
    ).toMatch(/^it is XML and not CSV/);
    const isJson = /^it is JSON and not CSV: .*readJson or fetchJson/;
    for (const [body, type] of [
      ['{"error":"no key"}', "application/json"],
      ['{"error":"no key"}', "text/plain"],
      ['[{"a":1,"b":2}]', "text/csv"],
      ['"no key"', "application/problem+json"],
      [`[${"1,".repeat(100_000)}1]`, "application/json"],
    ] as const)
      expect(await fetched(body, type), body).toMatch(isJson);

    const rows = [{ a: 1, "<b>": "{x}" }];
    for (const type of [
      "text/html",
      "application/json",
      "text/plain",
      "application/octet-stream",
    ])
      expect(await fetched("a,<b>\n1,{x}\n", type), type).toEqual(rows);
    expect(await fetched("<id>,{n}\n1,2\n", "text/csv")).toEqual([
      { "<id>": 1, "{n}": 2 },
    ]);
    expect(await fetched('{"a"},b\n1,2\n', "text/csv")).toEqual([
      { '{"a"}': 1, b: 2 },
    ]);
  });

  test("of CSV refuse a page that was attached in its place, also to be loaded", async () => {
    for (const call of [`readCsv("a.csv")`, `load("t", streamCsv("a.csv"))`]) {
      const kernel = kernelOf(`() => ${call}`, { files: { "a.csv": page } });
      expect((await kernel.runFails("t")).message, call).toMatch(
        /^a\.csv is HTML and not CSV: .*fetchHtmlTable\.$/,
      );
    }
  });

  test("of JSON show the page that came in its place", async () => {
    const kernel = kernelOf(`() => fetchJson("https://a.org/x")`, {
      hosts: ["https://a.org"],
      fetch: () => Promise.resolve(new Response(page)),
    });
    expect((await kernel.runFails("t")).message).toMatch(
      /^The answer to GET https:\/\/a\.org\/x is not JSON: [^]* It starts with "\\n<!DOCTYPE html>/,
    );
  });

  test("say which options they have, before anything is read", async () => {
    const fails = async (call: string) =>
      (await kernelOf(`() => ${call}`, { files }).runFails("t")).message;
    expect(await fails(`readText("a.csv", { x: 1 })`)).toBe(
      'readText has no option "x". Its options are encoding and entry.',
    );
    expect(await fails(`readBytes("a.csv", { x: 1 })`)).toMatch(/It has none/);
    expect(await fails(`readCsv("a.csv", 5)`)).toMatch(
      /^The options of readCsv are an object, not 5\. Its options are delimiter, /,
    );
    expect(await fails(`readText("a.csv", { entry: 5 })`)).toBe(
      "entry must be a text, not 5.",
    );
    expect(await fails(`readText("a.csv", { entry: "x" })`)).toMatch(
      /a\.csv is no ZIP file/,
    );
    expect(await fails(`readText("a.csv", { encoding: "x" })`)).toMatch(
      /encoding must be one that browsers know/,
    );
  });

  test("errors of a format have their code, and the place of the call", async () => {
    expect(
      await kernelOf(`async () => { await readCsv("bad.csv") }`, {
        files,
      }).runFails("t"),
    ).toMatchObject({
      code: "row-mismatch",
      message: expect.stringMatching(/^bad\.csv, line 3: it has 3 fields/),
      place: { cell: "main", line: 1 },
    });
  });

  test("bad lines that are left out are in the log", async () => {
    const kernel = kernelOf(`() => readCsv("bad.csv", { badLines: "skip" })`, {
      files,
    });
    expect(await kernel.run("t")).toEqual([{ a: 1, b: 2 }]);
    expect(kernel.messages).toContainEqual(
      expect.objectContaining({
        type: "log",
        level: "warning",
        text: expect.stringMatching(
          /^1 bad line of bad\.csv left out:\nline 3/,
        ),
      }),
    );
  });

  test("a format is loaded once, when it is first needed, and kept for the next tasks", async () => {
    const kernel = kernelOf(
      `async read => read ? Promise.all([readCsv("a.csv"), readCsv("a.csv")]) : readText("a.csv")`,
      { files },
    );
    const loads = () =>
      kernel.messages.filter(({ type }) => type === "load-library");
    await kernel.run("t", false);
    expect(loads()).toEqual([]);
    await kernel.run("t", true);
    await kernel.run("t", true);
    expect(loads()).toEqual([expect.objectContaining({ name: "csv" })]);
  });

  test("a format that cannot be loaded fails the task, and is asked for again by the next one", async () => {
    let isOffline = true;
    const kernel = kernelOf(`() => readCsv("a.csv")`, {
      files,
      isOffline: () => isOffline,
    });
    expect((await kernel.runFails("t")).message).toBe("csv is out of reach");
    isOffline = false;
    expect(await kernel.run("t")).toEqual([{ id: 1, name: "x" }]);
  });
});

describe("streams", () => {
  const rows = Array.from({ length: 150_000 }, (_, id) => `${id},n${id}\n`);
  const big = { "big.csv": `id,name\n${rows.join("")}` };

  test("give rows one by one, or in batches", async () => {
    const kernel = kernelOf(
      `async () => {
        let sum = 0, batches = 0, count = 0
        for await (const row of streamCsv("big.csv")) sum += row.id
        for await (const rows of streamCsv("big.csv").batches()) { batches++; count += rows.length }
        for await (const row of streamCsv("big.csv")) return [sum, batches > 1, count, row]
      }`,
      { files: big },
    );
    expect(await kernel.run("t")).toEqual([
      (150_000 * 149_999) / 2,
      true,
      150_000,
      { id: 0, name: "n0" },
    ]);
  });

  test("read an answer while it is on its way, and unpack it", async () => {
    const kernel = kernelOf(
      `async () => {
        const all = []
        for (const answer of [new Response("a\\n1"), (await fetch("https://a.org/x")).body])
          for await (const row of streamCsv(answer)) all.push(row)
        return all
      }`,
      {
        hosts: ["https://a.org"],
        fetch: () => Promise.resolve(new Response(gzipSync("a\n2"))),
      },
    );
    expect(await kernel.run("t")).toEqual([{ a: 1 }, { a: 2 }]);
    expect(
      (
        await kernelOf(
          `async () => { for await (const row of streamCsv(new Response(await readBytes("two.zip")))); }`,
          { files },
        ).runFails("t")
      ).message,
    ).toMatch(/has to be there as a whole: await response\.blob\(\)/);
  });

  test("say of an answer that breaks off which one it was", async () => {
    const breaking = () => {
      const body = new ReadableStream({
        pull: (controller) => controller.error(new TypeError("terminated")),
      });
      const answer = new Response(body);
      Object.defineProperty(answer, "url", { value: "https://a.org/x" });
      return Promise.resolve(answer);
    };
    const kernel = kernelOf(
      `async () => { for await (const row of streamCsv(await fetch("https://a.org/x"))); }`,
      { hosts: ["https://a.org"], fetch: breaking },
    );
    expect((await kernel.runFails("t")).message).toBe(
      "https://a.org/x broke off its answer: terminated. Try again, with retries for the task or with fetchCsv and its like.",
    );
  });

  test("refuse an answer or a stream that was read before, whoever read it", async () => {
    const message = async (steps: string, options?: KernelOptions) => {
      const kernel = kernelOf(
        `async () => {
          const answer = new Response('[{"a":1}]')
          const drain = async (rows) => { for await (const row of rows); }
          ${steps}
        }`,
        options,
      );
      return (await kernel.runFails("t")).message;
    };
    const advice =
      /^the stream was read before, or is being read elsewhere.*await response\.blob\(\)/;
    for (const steps of [
      `const rows = streamNdjson(answer); await drain(rows); await drain(rows)`,
      `for await (const row of streamJson(answer)) break; await drain(streamJson(answer))`,
      `await drain(streamNdjson(answer.body)); await drain(streamCsv(answer.body))`,
      `await answer.text(); await drain(streamJson(answer))`,
      `await answer.body.cancel(); await drain(streamCsv(answer.body))`,
      `answer.body.getReader(); await drain(streamCsv(answer.body))`,
    ])
      expect(await message(steps), steps).toMatch(advice);

    const ended: unknown[] = [];
    const database = ({ method }: { method: string }) =>
      void ended.push(method);
    expect(
      await message(
        `await answer.text(); await load("t", streamCsv(answer), { mode: "replace" })`,
        { database },
      ),
    ).toMatch(advice);
    expect(ended).not.toContain("load-end");
  });

  test("take an answer without content for one, and what is left of a stream that was begun", async () => {
    const kernel = kernelOf(
      `async () => {
        const all = async (rows) => { const list = []; for await (const row of rows) list.push(row); return list }
        const begun = new ReadableStream({
          start(controller) {
            for (const line of ["# title\\n", "a\\n", "1\\n"])
              controller.enqueue(new TextEncoder().encode(line))
            controller.close()
          },
        })
        const reader = begun.getReader()
        await reader.read()
        reader.releaseLock()
        return [
          await all(streamCsv(new Response(null, { status: 204 }))),
          await all(streamCsv(new Response(""))),
          await all(streamCsv(begun)),
        ]
      }`,
    );
    expect(await kernel.run("t")).toEqual([[], [], [{ a: 1 }]]);
  });

  test("refuse the answer of a server that has none, unless its body is handed on", async () => {
    const answer = `new Response("404: Not Found", { status: 404, statusText: "Not Found" })`;
    const kernel = kernelOf(
      `async () => { for await (const row of streamCsv(${answer})); }`,
    );
    expect((await kernel.runFails("t")).message).toMatch(
      /^the stream answered 404 Not Found, so it has no rows\. /,
    );
    const body = `async () => { for await (const row of streamNdjson((${answer}).body, { badLines: "skip" })); }`;
    await kernelOf(body).run("t");
  });

  test("say of JSON that there is none", async () => {
    const kernel = kernelOf(
      `async () => { for await (const row of streamJson(new Blob([" \\n"]))); }`,
    );
    expect((await kernel.runFails("t")).message).toBe(
      "the Blob is empty: it is no JSON. Get the file again.",
    );
  });

  test("are what an answer on its way takes: readers say so", async () => {
    for (const given of ["new Response('a')", "new Response('a').body"])
      expect(
        (await kernelOf(`() => readCsv(${given})`).runFails("t")).message,
      ).toMatch(/^Only streamCsv and its like .*await response\.blob\(\)/);
  });

  test("can be loaded as they are", async () => {
    const loaded: unknown[] = [];
    const kernel = kernelOf(`() => load("t", streamCsv("a.csv"))`, {
      files,
      database(call) {
        if (call.method === "load-rows") loaded.push(...rowsOf(call.batch));
        return call.method === "load-end" ? { rows: 1 } : undefined;
      },
    });
    await kernel.run("t");
    expect(loaded).toEqual([{ id: 1, name: "x" }]);
  });

  test("are loaded as what the whole file says, where its beginning says something else", async () => {
    const lines = Array.from({ length: 60_000 }, (_, id) => `${id},1.50,`);
    const text = ["id,code,late", ...lines, "60000,x,7"].join("\n");
    const loads = new Map<number, unknown[]>();
    const kernel = kernelOf(
      `async () => {
        await load("t", streamCsv("a.csv"))
        await load("t", await readCsv("a.csv"))
      }`,
      {
        files: { "a.csv": new Blob([text]) },
        database(call) {
          if (call.method === "load-begin") loads.set(call.load, []);
          if (call.method === "load-abort") loads.delete(call.load);
          if (call.method === "load-rows")
            loads.get(call.load)!.push(...rowsOf(call.batch));
          return call.method === "load-end" ? { rows: 1 } : undefined;
        },
      },
    );
    await kernel.run("t");
    const [streamed, read, ...others] = [...loads.values()];
    expect(others).toEqual([]);
    expect(streamed).toHaveLength(60_001);
    expect(streamed).toEqual(read);
    expect(streamed![0]).toEqual({ id: 0, code: "1.50", late: null });
  });

  test("are refused in a flow body, and fail with the code and the place of the loop", async () => {
    expect((await traceError(`streamCsv("a.csv")`)).code).toBe("flow-body");
    expect(
      await kernelOf(
        `async () => { for await (const row of streamCsv("bad.csv")); }`,
        { files },
      ).runFails("t"),
    ).toMatchObject({ code: "row-mismatch" });
  });
});

test("writers write rows", async () => {
  const kernel = kernelOf(`rows => toCsv(rows, { delimiter: ";" })`);
  expect(await kernel.run("t", [{ a: 1, b: "x;y" }])).toBe('a;b\n1;"x;y"\n');
  expect((await kernel.runFails("t", 5)).code).toBe("invalid-argument");
});

test("every format that can be written is read back by its reader", async () => {
  const kernel = kernelOf(
    `async rows => [
      await readCsv(new Blob([await toCsv(rows)])),
      await readNdjson(new Blob([await toNdjson(rows)])),
      await readParquet(await toParquet(rows)),
      await readExcel(await toExcel(rows)),
      await readSqlite(await toSqlite({ rows }), "rows"),
      await readSqlite(await toSqlite({ rows }), "SELECT id, name FROM rows"),
      await readGeoJson(new Blob([JSON.stringify({ type: "FeatureCollection", features: rows.map(properties => ({ properties })) })])),
      await readHtmlTable(new Blob(["<table><tr><th>id<th>name<tr><td>1<td>x</table>"])),
    ]`,
  );
  const rows = [{ id: 1, name: "x" }];
  expect(await kernel.run("t", rows)).toEqual([
    ...Array.from({ length: 6 }, () => rows),
    [{ id: 1, name: "x", geometry: null }],
    rows,
  ]);
});

test("streams of other formats give their rows", async () => {
  const kernel = kernelOf(
    `async () => {
      const rows = [{ id: 1 }, { id: 2 }]
      const all = []
      for (const stream of [
        streamNdjson(new Blob([await toNdjson(rows)])),
        streamParquet(await toParquet(rows)),
        streamJson(new Blob([JSON.stringify({ data: { rows } })]), { path: "data.rows" }),
      ])
        for await (const { id } of stream) all.push(id)
      return all
    }`,
  );
  expect(await kernel.run("t")).toEqual([1, 2, 1, 2, 1, 2]);
  expect(
    (
      await kernelOf(
        `async () => { for await (const row of streamParquet(new Response("x"))); }`,
      ).runFails("t")
    ).message,
  ).toMatch(/has to be there as a whole/);
});

describe("fetchParquet", () => {
  const rows = Array.from({ length: 200_000 }, (_, id) => ({
    id,
    name: `name ${(id * 7919) % 100_003}`,
  }));
  const file = toParquet(rows, {});
  const hosts = ["https://a.org"];
  const answer =
    (givesParts: boolean, givesLength: boolean, sent: number[]) =>
    (_: unknown, init?: RequestInit) => {
      const range = /bytes=(\d+)-(\d+)/.exec(
        new Headers(init?.headers).get("range") ?? "",
      );
      if (init?.method === "HEAD")
        return Promise.resolve(
          new Response(null, {
            headers: givesLength
              ? { "content-length": String(file.length) }
              : {},
          }),
        );
      const part =
        range && givesParts
          ? file.slice(Number(range[1]), Number(range[2]) + 1)
          : file;
      sent.push(part.length);
      return Promise.resolve(
        new Response(part as BlobPart, {
          status: range && givesParts ? 206 : 200,
        }),
      );
    };
  const total = (sent: readonly number[]) => sent.reduce((a, b) => a + b, 0);
  const fn = `() => fetchParquet("https://a.org/x.parquet", { columns: ["id"], rowStart: 199_999, headers: { "x-key": "k" } })`;

  test("asks a server only for the parts that it needs", async () => {
    const sent: number[] = [];
    const kernel = kernelOf(fn, { hosts, fetch: answer(true, true, sent) });
    expect(await kernel.run("t")).toEqual([{ id: 199_999 }]);
    expect(total(sent)).toBeLessThan(file.length * 0.7);
  });

  test("gets the answer to a request with a body once, as a whole", async () => {
    const methods: unknown[] = [];
    const kernel = kernelOf(
      `() => fetchParquet("https://a.org/export", { body: { year: 2024 }, columns: ["id"], rowEnd: 1 })`,
      {
        hosts,
        fetch: (_, init) => {
          methods.push([init?.method, init?.body]);
          return Promise.resolve(new Response(file as BlobPart));
        },
      },
    );
    expect(await kernel.run("t")).toEqual([{ id: 0 }]);
    expect(methods).toEqual([["POST", '{"year":2024}']]);
  });

  test("gets an archive that holds the file as a whole", async () => {
    const sent: number[] = [];
    const packed = zipSync({ "x.parquet": file });
    const kernel = kernelOf(
      `() => fetchParquet("https://a.org/x.zip", { entry: "x.parquet", rowEnd: 1, columns: ["id"] })`,
      {
        hosts,
        fetch: () => {
          sent.push(packed.length);
          return Promise.resolve(new Response(packed as BlobPart));
        },
      },
    );
    expect(await kernel.run("t")).toEqual([{ id: 0 }]);
    expect(sent).toHaveLength(1);
  });

  test.each([
    [false, true],
    [true, false],
    [false, false],
  ])(
    "gets the file once where parts are not to be had (parts %s, length %s)",
    async (parts, length) => {
      const sent: number[] = [];
      const kernel = kernelOf(fn, {
        hosts,
        fetch: answer(parts, length, sent),
      });
      expect(await kernel.run("t")).toEqual([{ id: 199_999 }]);
      expect(sent).toEqual([file.length]);
    },
  );
});
