import { expect, type Page } from "@playwright/test";

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

/** A report's task states by name. */
export function statesOf(report: {
  tasks: readonly { name: string; state: string }[];
}): Record<string, string> {
  return Object.fromEntries(
    report.tasks.map(({ name, state }) => [name, state]),
  );
}
