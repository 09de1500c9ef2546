import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BadLine } from "../../../../src/engine/sandbox/kernel/formats/badLines.ts";
import {
  readGeoJson,
  readNdjson,
  streamJson,
} from "../../../../src/engine/sandbox/kernel/formats/json.ts";
import { toNdjson } from "../../../../src/engine/sandbox/kernel/formats/ndjsonWriter.ts";
import {
  mayHoldLong,
  parseJson,
} from "../../../../src/engine/sandbox/kernel/formats/parseJson.ts";
import { ElementScanner } from "../../../../src/engine/sandbox/kernel/formats/jsonElements.ts";
import { piecesOf } from "./pieces.ts";

/** Values without whole numbers beyond 2^53, which come back as bigints. */
const jsonValue = fc
  .jsonValue()
  .filter((value) => !mayHoldLong(JSON.stringify([value])));

const warnings: string[] = [];
const source = {
  name: "a.json",
  warn: (message: string) => void warnings.push(message),
};

describe("newline-delimited JSON", () => {
  const read = (text: string, options: object = {}) =>
    readNdjson(piecesOf(text), options as Record<string, unknown>, source);

  test("has a value on each line, empty lines apart", async () => {
    expect(await read('{"a":1}\r\n\n[2]\n{"a":"x\\ny"}')).toEqual([
      { a: 1 },
      [2],
      { a: "x\ny" },
    ]);
    expect(await read("")).toEqual([]);
  });

  test("keeps the digits of long whole numbers as bigints", async () => {
    const text = [
      '{"a":9007199254740993,"b":[-9223372036854775808,9007199254740991],"c":"9007199254740993"}',
      '{"c":"\\"9007199254740993, \\u0000n5","d":1.12345678901234567890,"e":12345678901234567.5,"f":12345678901234567e3}',
      "123456789012345678901234567890",
      String(2 ** 67),
      '{"id": 9007199254740993, "t": "\\u0000n9007199254740993"}',
    ].join("\n");
    expect(await read(text)).toEqual([
      {
        a: 9007199254740993n,
        b: [-9223372036854775808n, 9007199254740991],
        c: "9007199254740993",
      },
      {
        c: '"9007199254740993, \0n5',
        d: 1.1234567890123457,
        e: 12345678901234568,
        f: 12345678901234567e3,
      },
      123456789012345678901234567890n,
      2 ** 67,
      { id: 9007199254740993n, t: "\0n9007199254740993" },
    ]);
    fc.assert(
      fc.property(
        jsonValue,
        fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
        (value, long) => {
          const given = JSON.stringify({ value, long: 1 });
          expect(
            parseJson(`{"long":${long},"value":${JSON.stringify(value)}}`),
          ).toEqual({
            long,
            value: (JSON.parse(given) as { value: unknown }).value,
          });
        },
      ),
    );
  });

  test("takes no text for a number, however it is written and however long it is", () => {
    const long = "12345678901234567";
    const escaped = String.raw`"\u0000\u006e12\\\\\" ${long}"`;
    const endless = JSON.stringify('"\\'.repeat(5_000_000));
    const value = parseJson(
      `{"a":${escaped},"b":${long},"c":${endless},"d":"","e":-${long}}`,
    ) as Record<string, unknown>;
    expect(value.c).toBe(JSON.parse(endless));
    expect({ ...value, c: "" }).toEqual({
      a: `\0n12\\\\" ${long}`,
      b: BigInt(long),
      c: "",
      d: "",
      e: -BigInt(long),
    });
  });

  test("names the line that is not JSON, or leaves it out", async () => {
    const text = '{"a":1}\n\n{"a":\n{"a":2}\n';
    await expect(read(text)).rejects.toThrow(
      /^a\.json, line 3: it is not JSON: .*badLines: "skip"/,
    );
    const told: BadLine[] = [];
    expect(
      await read(text, { badLines: (bad: BadLine) => told.push(bad) }),
    ).toEqual([{ a: 1 }, { a: 2 }]);
    expect(told).toMatchObject([{ line: 3, text: '{"a":' }]);
    warnings.length = 0;
    await read("x\n".repeat(7), { badLines: "skip" });
    expect(warnings[0]).toMatch(/^7 bad lines of a\.json left out:/);
    expect(warnings[0]).toMatch(/and 2 more$/);
  });

  test("toNdjson refuses what is no data, of which JSON would make an empty object or nothing", () => {
    expect(() => toNdjson([{ a: 1 }, { a: new Map([[1, 2]]) }])).toThrow(
      "Row 2 cannot be written as JSON: its field a is a Map; write Object.fromEntries(map).",
    );
    for (const value of [new Set([1]), new Error("x"), /x/, () => 1])
      expect(() => toNdjson([{ a: { b: value } }])).toThrow("its field b is a");
  });

  test("what toNdjson writes is read back", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), jsonValue)),
        async (rows) => {
          const plain = JSON.parse(JSON.stringify(rows)) as unknown;
          expect(await read(toNdjson(rows))).toEqual(plain);
        },
      ),
    );
    expect(toNdjson([{ at: new Date(0), big: 2n ** 60n, small: 5n }])).toBe(
      '{"at":"1970-01-01T00:00:00.000Z","big":"1152921504606846976","small":5}\n',
    );
    expect(
      toNdjson([
        { a: Infinity, b: [-Infinity], c: NaN, d: Uint8Array.of(1, 255) },
        { d: { e: Uint8Array.of(7).buffer, f: new Uint16Array([1]) } },
      ]),
    ).toBe(
      '{"a":"Infinity","b":["-Infinity"],"c":null,"d":"Af8="}\n{"d":{"e":"Bw==","f":"AQA="}}\n',
    );
    expect(() => toNdjson(5)).toThrow("toNdjson takes a list of rows, not 5.");
  });
});

describe("a list in JSON", () => {
  /** The elements, with the text cut into pieces of that size. */
  function scan(text: string, path: readonly string[], size: number) {
    const scanner = new ElementScanner(path, "a.json");
    const found: unknown[] = [];
    for (let at = 0; at < text.length; at += size)
      found.push(
        ...scanner.push(text.slice(at, at + size), at + size >= text.length),
      );
    return found;
  }

  test("is found wherever it is, and its elements wherever the text is cut", () => {
    fc.assert(
      fc.property(
        fc.array(jsonValue),
        fc.array(fc.string(), { maxLength: 3 }),
        fc.dictionary(fc.string(), jsonValue, { maxKeys: 3 }),
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom(0, 2),
        fc.boolean(),
        (list, path, others, size, space, isFirst) => {
          let value: unknown = list;
          for (const key of path.toReversed()) {
            const besides = Object.entries(others).filter(
              ([other]) => other !== key,
            );
            const entry: [string, unknown] = [key, value];
            const around = Object.fromEntries(
              isFirst ? [entry, ...besides] : [...besides, entry],
            );
            value = around;
          }
          const text = JSON.stringify(value, null, space);
          expect(scan(text, path, size)).toEqual(
            JSON.parse(JSON.stringify(list)),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  test("comes in batches, before the file has ended", async () => {
    const items = Array.from({ length: 100_000 }, (_, id) => ({ id }));
    const text = JSON.stringify({ data: { items }, after: [1] });
    let batches = 0;
    let count = 0;
    for await (const batch of streamJson(
      piecesOf(text, 100_000),
      { path: "data.items" },
      source,
    )) {
      batches += 1;
      count += batch.length;
    }
    expect(count).toBe(100_000);
    expect(batches).toBeGreaterThan(2);
  });

  test("that is not there, is cut or is damaged says so", () => {
    expect(() => scan('{"a":[1]}', [], 9)).toThrow(
      'a.json holds no list. Say where it is: { path: "data.items" }.',
    );
    expect(() => scan('{"a":{"b":[1]}}', ["b"], 99)).toThrow(/no list under b/);
    expect(() => scan("[1,2", [], 99)).toThrow(/ends in the middle/);
    for (const text of ["[1,}", "[1,]", "[}", "[1}}"])
      expect(() => scan(text, [], 99)).toThrow();
    expect(() => scan("[1,x y]", [], 99)).toThrow(/a\.json is not JSON/);
    for (const [text, rest] of [
      ["[1,,2]", ",2]"],
      ['[{"a":1},{"a":2},]', "]"],
      ["[,1]", ",1]"],
    ] as const)
      expect(() => scan(text, [], 99)).toThrow(
        `a.json is not JSON: there is no value before "${rest}".`,
      );
    for (const size of [1, 3, 99]) {
      expect(() => scan("[1]\n[2]", [], size)).toThrow(
        'a.json is not JSON: behind its end stands "[',
      );
      expect(scan("[1] \r\n\t", [], size)).toEqual([1]);
    }
  });

  test("is in a text that goes on to its end, and there is nothing behind that", () => {
    for (const size of [1, 3, 99]) {
      for (const text of [
        '{"a":[1]',
        '{"a":[1],"b":[2}',
        '{"a":[1],"b":"}',
        '{"a":[1],"b":{"a":[2]}',
      ])
        expect(() => scan(text, ["a"], size)).toThrow(
          "a.json ends in the middle of what is around its list under a. Get the file again; it may have been cut on the way.",
        );
      for (const text of ['{"a":[1]}\n{"a":[2]}', '{"b":"}","a":[1]}{"a":[2]}'])
        expect(() => scan(text, ["a"], size)).toThrow(
          'a.json is not JSON: behind its end stands "{',
        );
      expect(
        scan('{"a":[1],"b":"\\"}]","a":[2],"c":{"a":[3]}} \n', ["a"], size),
      ).toEqual([1]);
    }
  });
});

describe("GeoJSON", () => {
  const point = { type: "Point", coordinates: [1, 2] };

  test("has a row for each feature", () => {
    expect(
      readGeoJson(
        JSON.stringify({
          type: "FeatureCollection",
          features: [
            { type: "Feature", id: 7, properties: { a: 1 }, geometry: point },
            {
              type: "Feature",
              properties: { geometry: "mine", id: 5 },
              geometry: null,
            },
            { type: "Feature", properties: null, geometry: point },
          ],
        }),
        "a.geojson",
      ),
    ).toEqual([
      { id: 7, a: 1, geometry: point },
      { geometry_2: "mine", id: 5, geometry: null },
      { geometry: point },
    ]);
  });

  test("names a feature that is none", () => {
    for (const wrong of [null, 5])
      expect(() =>
        readGeoJson(
          JSON.stringify({
            type: "FeatureCollection",
            features: [{ type: "Feature", geometry: point }, wrong],
          }),
          "a.geojson",
        ),
      ).toThrow(
        `a.geojson is damaged GeoJSON: feature 2 is ${wrong}, not an object. Correct the file, or read it with readJson.`,
      );
  });

  test("may be a lone feature or geometry", () => {
    expect(
      readGeoJson(
        JSON.stringify({
          type: "Feature",
          properties: { a: 1 },
          geometry: point,
        }),
        "x",
      ),
    ).toEqual([{ a: 1, geometry: point }]);
    expect(readGeoJson(JSON.stringify(point), "x")).toEqual([
      { geometry: point },
    ]);
  });

  test("that is none says so", () => {
    expect(() => readGeoJson("[1]", "x.json")).toThrow(/but not GeoJSON/);
    expect(() => readGeoJson("{", "x.json")).toThrow(/x\.json is not JSON/);
  });
});
