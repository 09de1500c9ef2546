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
      `\`\`\`\`${language} ${name}\n${source.trim()}\n\`\`\`\`\n`,
  );
  return `---\nflowbook: 1\ntitle: ${title}\n${frontMatter}---\n\n${fences.join("\n")}`;
}

/** A report's task states by name. */
export function statesOf(report: {
  tasks: readonly { name: string; state: string }[];
}): Record<string, string> {
  return Object.fromEntries(report.tasks.map(({ name, state }) => [name, state]));
}
