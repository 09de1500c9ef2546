import { expect, test } from "vitest";
import { FlowError } from "../../src/core/errors.ts";
import type { Graph } from "../../src/core/graph.ts";
import { makeParameter } from "../../src/core/parameter.ts";
import {
  readArguments,
  readParameters,
  UsageError,
  wantsJson,
} from "../../src/node/arguments.ts";
import { commands } from "../../src/node/commands.ts";
import { inProgramsWords } from "../../src/node/optionWords.ts";

const read = (...given: string[]) =>
  readArguments(["n.flow.md", ...given], commands.run!.options);

test.each([
  [["--db", "a", "--db", "b"], "--db is given twice: leave out one of them."],
  [["--flow", "a", "--flow=b"], "--flow is given twice"],
  [["--db", ":memory:"], "--db takes a file: what is kept in memory only"],
  [["--allow-host", "exa_mple..com"], "is no host that can be allowed"],
  [
    ["--allow-host", "example.com/path?x"],
    "--allow-host example.com/path?x allows all of a host, not a part of it: leave out /path?x.",
  ],
])("%j is refused with what to do", (given, said) => {
  expect(() => read(...given)).toThrow(said);
});

test("what may be given several times is taken each time", () => {
  expect(
    read(
      ...["--param", "a=1", "--param", "b=2", "--json", "--json"],
      ...["--allow-host", "example.com/", "--allow-host", "wss://a_b.example"],
    ),
  ).toMatchObject({
    parameters: ["a=1", "b=2"],
    json: true,
    hosts: ["https://example.com", "wss://a_b.example"],
  });
});

test("a host of this machine is allowed by either protocol, unless one is named", () => {
  const hosts = (...given: string[]) =>
    read(...given.flatMap((host) => ["--allow-host", host])).hosts;
  expect(hosts("127.0.0.1:4931", "localhost", "[::1]:80")).toEqual([
    ...["https://127.0.0.1:4931", "http://127.0.0.1:4931"],
    ...["https://localhost", "http://localhost"],
    ...["https://[::1]:80", "http://[::1]"],
  ]);
  expect(hosts("http://localhost:1", "example.org")).toEqual([
    "http://localhost:1",
    "https://example.org",
  ]);
});

test("JSON is asked for where that is no value of another option", () => {
  expect(wantsJson(["n.flow.md", "--zz", "--json"])).toBe(true);
  expect(wantsJson(["--param", "--json"])).toBe(false);
  expect(wantsJson(["--json=yes"])).toBe(false);
  expect(wantsJson(["--param", "n=1"])).toBe(false);
});

test("an error that a program is given names the options of run", () => {
  const told = inProgramsWords(
    new FlowError("storage-conflict", "Give another file with --db."),
  );
  expect(told).toMatchObject({
    code: "storage-conflict",
    message: "Give another file with the option database.",
  });
  expect(
    inProgramsWords(new UsageError("--store x needs keys, not --patience.")),
  ).toMatchObject({
    ...{ name: "FlowError", code: "invalid-argument" },
    message: "the option store x needs keys, not --patience.",
  });
  const own = new TypeError("--db");
  expect(inProgramsWords(own)).toBe(own);
});

test("a parameter may have a name that objects have already", () => {
  const parameter = makeParameter("__proto__", 9);
  const node = { kind: "parameter", id: "p", name: "__proto__", parameter };
  const graph = { nodes: [node] } as unknown as Graph;
  const values = readParameters(graph, ["__proto__=7"]);
  expect(Object.entries(values)).toEqual([["__proto__", 7]]);
});
