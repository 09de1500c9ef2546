/** The approximate size in bytes of a value that can be copied. Shared parts count once. */
export function sizeOf(value: unknown): number {
  if (typeof value === "string") return 2 * value.length;
  if (typeof value !== "object" || value === null) return 8;
  const seen = new Set<object>();
  const todo: unknown[] = [value];
  let size = 0;
  while (todo.length > 0) {
    const next = todo.pop();
    if (typeof next === "string") size += 2 * next.length;
    else if (typeof next !== "object" || next === null) size += 8;
    else if (!seen.has(next)) {
      seen.add(next);
      if (next instanceof ArrayBuffer) size += next.byteLength;
      else if (ArrayBuffer.isView(next)) size += next.byteLength;
      else if (next instanceof Blob) size += next.size;
      else if (next instanceof Map)
        for (const [key, item] of next) todo.push(key, item);
      else if (next instanceof Set) for (const item of next) todo.push(item);
      else if (Array.isArray(next)) {
        size += 8;
        for (const item of next) todo.push(item);
      } else
        for (const key of Object.keys(next)) {
          size += 8 + 2 * key.length;
          todo.push((next as Record<string, unknown>)[key]);
        }
    }
  }
  return size;
}
