import { expect, type Page } from "@playwright/test";
import type { RunReport } from "../../src/core/report.ts";
import type { RunOptions } from "../../src/ui/pageApi.ts";

/** A cell of a notebook for a test. */
export interface TestCell {
  language?: "ts" | "js" | "sql";
  name: string;
  source: string;
}

/** The text of a notebook with these cells. */
export function notebookOf(
  title: string,
  cells: readonly TestCell[],
  frontMatter = "",
): string {
  const fences = cells.map(
    ({ language = "ts", name, source }) =>
      `\`\`\`${language} ${name}\n${source.trim()}\n\`\`\`\n`,
  );
  return `---\nflowbook: 1\ntitle: ${title}\n${frontMatter}---\n\n${fences.join("\n")}`;
}

/** Opens a notebook with one cell of code. */
export function openCode(page: Page, source: string): Promise<void> {
  return openText(page, notebookOf("Test", [{ name: "work", source }]));
}

/** Opens a notebook's text. */
export function openText(page: Page, markdown: string): Promise<void> {
  return page.evaluate((text) => window.flowbook.open(text), markdown);
}

/** Runs a flow to its end. */
export function run(page: Page, options: RunOptions = {}): Promise<RunReport> {
  return page.evaluate((given) => window.flowbook.run(given), options);
}

/** Goes on with the last run of a flow, to its end. */
export function resume(
  page: Page,
  options: RunOptions = {},
): Promise<RunReport> {
  return page.evaluate((given) => window.flowbook.resume(given), options);
}

/** Starts a flow and does not wait for it; `endOfRun` does. */
export function startRun(page: Page, options: RunOptions = {}): Promise<void> {
  return page.evaluate((given) => {
    const started = window.flowbook.run(given);
    started.catch(() => {});
    Object.assign(window, { started });
  }, options);
}

/** The report of the run that `startRun` started. */
export function endOfRun(page: Page): Promise<RunReport> {
  return page.evaluate(
    () => (window as unknown as { started: Promise<RunReport> }).started,
  );
}

/** The newest run, finished or not. */
export async function newestRun(page: Page): Promise<RunReport> {
  const [report] = await page.evaluate(() => window.flowbook.runs());
  if (!report) throw new Error("there is no run");
  return report;
}

export function query(
  page: Page,
  sql: string,
): Promise<Record<string, unknown>[]> {
  return page.evaluate((text) => window.flowbook.query(text), sql);
}

/** Waits until the states of the newest run's tasks, joined by commas, match. */
export async function waitForStates(page: Page, states: RegExp): Promise<void> {
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const [run] = await window.flowbook.runs();
        return run?.tasks.map(({ state }) => state).join() ?? "";
      }),
    )
    .toMatch(states);
}

/** Waits until these tasks of the newest run have these states; the run's own goes by its flow's name. */
export async function waitFor(
  page: Page,
  states: Readonly<Record<string, string>>,
): Promise<void> {
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const [run] = await window.flowbook.runs();
        if (!run) return {};
        const tasks = run.tasks.map(({ name, state }) => [name, state]);
        return { [run.flow]: run.state, ...Object.fromEntries(tasks) };
      }),
    )
    .toMatchObject(states);
}

/** A report's task states by name. */
export function statesOf(report: {
  tasks: readonly { name: string; state: string }[];
}): Record<string, string> {
  return Object.fromEntries(
    report.tasks.map(({ name, state }) => [name, state]),
  );
}

/** A report's results by the names of the tasks. */
export function resultsOf(report: RunReport): Record<string, unknown> {
  return Object.fromEntries(
    report.tasks.map(({ name, result }) => [name, result]),
  );
}

/** A task of a report, by its name or id. */
export function taskOf(
  report: RunReport,
  name: string,
): RunReport["tasks"][number] {
  const task = report.tasks.find(
    (other) => other.id === name || other.name === name,
  );
  if (task) return task;
  throw new Error(
    `there is no task ${name}, only ${report.tasks.map(({ id }) => id).join(", ")}`,
  );
}

/** The states of a map's elements, in order. */
export function elementsOf(report: RunReport, name: string): string[] {
  return (taskOf(report, name).children ?? []).map(({ state }) => state);
}
