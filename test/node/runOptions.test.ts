import { expect, test } from "vitest";
import { checkOptions, type RunOptions } from "../../src/node/runOptions.ts";

test.each([
  ["paramters", { n: 2 }],
  ["params", { n: 2 }],
  ["db", "rows.sqlite"],
  ["toString", undefined],
])("run has no option %s, and says which it has", (name, value) => {
  expect(() => checkOptions({ [name]: value })).toThrow(
    `run has no option "${name}". Its options are flow, parameters, from, to, database, resume, hosts, workers, executor and store.`,
  );
});

test.each([
  [
    { database: 5 },
    "database is the path of an SQLite file, as a text, not 5.",
  ],
  [{ database: null }, "as a text, not null."],
  [{ flow: ["main"] }, "flow is a text, not "],
  [{ parameters: [1] }, "parameters is an object with a value by each name"],
  [{ parameters: "n=2" }, 'such as { n: 2 }, not "n=2".'],
  [{ resume: "yes" }, 'resume is true or false, not "yes".'],
  [{ hosts: "https://example.org" }, "hosts is a list of texts, not "],
  [{ workers: "2" }, 'a whole number from 1 on, not "2".'],
])("the option of %j is refused with what it takes", (options, said) => {
  expect(() => checkOptions(options as unknown as RunOptions)).toThrow(said);
});

test("options that are undefined count as not given, and the others are taken", () => {
  const options = {
    flow: undefined,
    parameters: { n: 2 },
    database: "rows.sqlite",
    hosts: ["https://example.org/path"],
  } as unknown as RunOptions;
  expect(checkOptions(options)).toEqual({
    ...options,
    hosts: ["https://example.org"],
  });
});
