/** What is no data, of which JSON would make an empty object or nothing, with what to write instead; undefined of anything else. */
export function wordForNoData(value: unknown): string | undefined {
  if (typeof value === "function" || typeof value === "symbol")
    return `a ${typeof value}`;
  if (value instanceof Map) return "a Map; write Object.fromEntries(map)";
  if (value instanceof Set) return "a Set; write [...set]";
  if (value instanceof Error) return "an Error; write error.message";
  if (value instanceof RegExp) return "a RegExp; write regexp.source";
  if (value instanceof Blob)
    return "a Blob; write await blob.text(), or give its bytes a column of their own";
  return undefined;
}

/** Whether a field of what is written as JSON is a Date that is none: JSON makes null of it before anybody is asked. */
export function isInvalidDate(holder: unknown, key: string): boolean {
  const value = (holder as Readonly<Record<string, unknown>>)[key];
  return value instanceof Date && Number.isNaN(value.getTime());
}
