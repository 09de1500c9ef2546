/** What is at a path such as `data.items` or `meta.pages[0]`, or undefined. */
export function valueAt(value: unknown, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce<unknown>(
      (at, key) =>
        typeof at === "object" && at !== null
          ? (at as Record<string, unknown>)[key]
          : undefined,
      value,
    );
}
