import { expect, test } from "vitest";
import {
  findLanguageName,
  languageNames,
  optionNames,
} from "../../../src/ui/editor/languageNames.ts";

test("the names that every notebook uses are known, with what they mean", () => {
  for (const name of ["task", "flow", "param", "load", "readCsv", "db", "sql"])
    expect(findLanguageName(name)?.doc, name).toMatch(/\w/);
  expect(findLanguageName("task")?.doc).toMatch(/^Defines a task/);
  expect(new Set(languageNames.map(({ name }) => name)).size).toBe(
    languageNames.length,
  );
});

test("comments come without their marks", () => {
  for (const { doc } of languageNames)
    expect(doc).not.toMatch(/\*\/|^\*|\{@link/);
});

test("objects have their fields", () => {
  const fieldsOf = (name: string) =>
    findLanguageName(name)?.members.map((member) => member.name);
  expect(fieldsOf("triggers")).toContain("allSuccessful");
  expect(fieldsOf("db")).toEqual(expect.arrayContaining(["query", "exec"]));
  expect(fieldsOf("context")).toContain("attempt");
});

test("tasks and flows have their options", () => {
  const named = (of: string) => optionNames[of]?.map(({ name }) => name);
  expect(named("task")).toEqual(
    expect.arrayContaining(["retries", "retryDelay", "timeout", "cacheFor"]),
  );
  expect(named("flow")).toContain("schedule");
});
