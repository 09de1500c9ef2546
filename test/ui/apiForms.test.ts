import { expect, test } from "vitest";
import type { Output } from "../../src/engine/protocol.ts";
import { toApiOutput, refuseFile, queryRows } from "../../src/ui/apiForms.ts";
import { toParameters } from "../../src/core/sqlInput.ts";
import { FlowError } from "../../src/core/errors.ts";
import { toBlob } from "../../src/ui/toBlob.ts";

const form = (...outputs: Output[]) =>
  toApiOutput(outputs, () => Promise.resolve([]));
const json = (value: unknown): Output => ({ type: "json", value });
const thrown: Output = {
  type: "error",
  error: { name: "TypeError", message: "after display" },
};

test("a value that JSON has no word for is told as a run tells it", async () => {
  expect(await form(json([1, 2n]))).toEqual({ type: "json", text: '[1,"2"]' });
  expect(await form(json(5n))).toEqual({ type: "json", text: '"5"' });
  const circle: unknown[] = [new Map([["a", 1]])];
  circle.push(circle);
  expect(await form(json(circle))).toEqual({
    type: "json",
    text: '[[["a",1]],"[Circular]"]',
  });
});

test("an error that comes after what a cell shows is told beside it", async () => {
  expect(await form(json(1), json(2), thrown)).toEqual({
    type: "json",
    text: "1",
    error: "after display",
  });
  expect(await form(thrown)).toEqual({ type: "error", error: "after display" });
  expect(
    await form({ type: "error", error: { name: "E", message: "" } }),
  ).toEqual({ type: "error", error: "It threw E without a message." });
  expect(await form(json(1))).not.toHaveProperty("error");
  expect(await form()).toBeNull();
});

test("parameters of a query are those of db.query", () => {
  const bytes = new Uint8Array([1]);
  expect(
    toParameters([new Date(0), true, undefined, 5n, bytes, bytes.buffer]),
  ).toEqual(["1970-01-01T00:00:00.000Z", 1, null, 5n, bytes, bytes]);
  expect(toParameters({ day: new Date(0) })).toEqual({
    day: "1970-01-01T00:00:00.000Z",
  });
  for (const value of [[1], { x: 1 }, new Map()])
    expect(() => toParameters(["a", value])).toThrow(
      expect.objectContaining({
        code: "sql-failed",
        message: expect.stringMatching(/^Parameter 2 is .*JSON\.stringify/),
      }) as Error,
    );
  expect(() => toParameters("x")).toThrow("Parameters are a list for `?`");
});

test("an output is the value of a cell, and what it logs only if there is nothing else", async () => {
  const log: Output = { type: "text", text: "hello", isLog: true };
  const said = { type: "text", text: "hello" };
  expect(await form(log, json(2))).toEqual({ type: "json", text: "2" });
  expect(await form(log)).toEqual(said);
  expect(await form(log, thrown)).toEqual({ ...said, error: "after display" });
});

test.each([5, "a,b", {}, null, undefined, [1, 2]])(
  "what is no file is refused by the calls that take one: %j",
  (data) => {
    expect(toBlob(data)).toBeUndefined();
    expect(() => refuseFile(data, "attach")).toThrow(
      expect.objectContaining({
        code: "invalid-argument",
        message: expect.stringMatching(
          /^attach takes a file as a Blob, an ArrayBuffer or a Uint8Array, and not .+\. Nothing was changed\./,
        ) as string,
      }),
    );
  },
);

test("bytes of every kind are files", async () => {
  const bytes = new Uint8Array([1, 2, 3, 4]);
  for (const data of [
    bytes,
    bytes.buffer,
    new DataView(bytes.buffer),
    new Blob([bytes]),
    bytes.subarray(0),
  ])
    expect(await toBlob(data)!.bytes()).toEqual(bytes);
});

test("a query of a SQL cell as a table is told how its rows are had", async () => {
  const ask = (message: string) =>
    queryRows(
      {
        query: () => Promise.reject(new FlowError("sql-failed", message)),
        notebook: {
          cells: [
            { id: "1", kind: "sql", name: "busiest", source: "", flags: "" },
          ],
        } as unknown as Parameters<typeof queryRows>[0]["notebook"],
      },
      "SELECT 1",
      [],
    );
  await expect(ask("SQLite: no such table: Busiest.")).rejects.toMatchObject({
    code: "sql-failed",
    message:
      'SQLite: no such table: Busiest. busiest is a SQL cell and no table. Its rows are given by flowbook.output("busiest").',
  });
  await expect(ask("SQLite: no such table: other.")).rejects.toThrow(
    /other\.$/,
  );
});
