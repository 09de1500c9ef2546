/** `.rows[3].format`, as it would be written. */
export function showPath(path: readonly (string | number)[]): string {
  let text = "";
  for (const step of path)
    text +=
      typeof step === "number"
        ? `[${step}]`
        : /^[A-Za-z_$][\w$]*$/.test(step)
          ? `.${step}`
          : `[${JSON.stringify(step)}]`;
  return text;
}
