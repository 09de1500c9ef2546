/** What results may hold and JSON has no word for, as what it has one for. */
import { toBase64 } from "./base64.ts";
import { formatSize } from "./words.ts";

/** How deep a value is told: JSON.stringify ends in an error where the stack does. */
const deepest = 1_000;

/**
 * A copy of a value that JSON can hold whatever is in it. A Map is a list of pairs, a Set a list, an Error its name and message
 * with what else was put on it, a regular expression its text. Bytes are base64 text, and other typed arrays lists. Bigints and
 * infinite numbers are text, no number is null; of a file it says only which it is. What holds itself is `"[Circular]"` there.
 */
export function toPlainJson(value: unknown): unknown {
  const around = new Set<object>();
  const copy = (part: unknown): unknown => {
    if (typeof part === "bigint" || part === Infinity || part === -Infinity)
      return String(part);
    if (typeof part !== "object" || part === null) return part;
    if (around.has(part)) return "[Circular]";
    if (around.size >= deepest) return "[Too deep]";
    around.add(part);
    const copied = copyObject(part, copy);
    around.delete(part);
    return copied;
  };
  return copy(value);
}

function copyObject(value: object, copy: (part: unknown) => unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, copy);
  if (value instanceof Map)
    return Array.from(value, ([key, part]) => [copy(key), copy(part)]);
  if (value instanceof Set) return Array.from(value, copy);
  if (
    value instanceof Number ||
    value instanceof String ||
    value instanceof Boolean
  )
    return copy(value.valueOf());
  if (value instanceof Blob) return showBlob(value);
  if (value instanceof RegExp) return String(value);
  if (value instanceof ArrayBuffer) return toBase64(new Uint8Array(value));
  if (ArrayBuffer.isView(value)) return copyView(value, copy);
  // A Date has one, and so has what else is one text.
  if ("toJSON" in value && typeof value.toJSON === "function")
    return value.toJSON() as unknown;
  const fields = Object.entries(value).map(
    ([name, part]) => [name, copy(part)] as const,
  );
  if (!(value instanceof Error)) return Object.fromEntries(fields);
  const { name, message } = value;
  return { name, message, ...Object.fromEntries(fields) };
}

function showBlob(blob: Blob): string {
  const what = blob instanceof File ? `File ${blob.name}` : "Blob";
  return `[${what}, ${formatSize(blob.size)}]`;
}

function copyView(
  view: ArrayBufferView,
  copy: (part: unknown) => unknown,
): unknown {
  const isBytes =
    view instanceof Uint8Array ||
    view instanceof Uint8ClampedArray ||
    view instanceof DataView;
  if (!isBytes) return Array.from(view as unknown as Iterable<unknown>, copy);
  const { buffer, byteOffset, byteLength } = view;
  return toBase64(new Uint8Array(buffer, byteOffset, byteLength));
}
