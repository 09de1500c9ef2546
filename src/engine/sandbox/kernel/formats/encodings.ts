import { findUtf16, isGzip, isZip, readSlices, sampleSize } from "./slices.ts";

/**
 * The encoding that a server says its text has, by the label it gives, where it is to be believed: many say one for all files, so
 * text that is UTF-8, or says by its first bytes what it is, is what it is.
 */
export async function believedEncoding(
  label: string,
  body: Blob,
): Promise<string | undefined> {
  const encoding = knownEncoding(label);
  if (!encoding || encoding === "utf-8") return undefined;
  const first = new Uint8Array(await body.slice(0, sampleSize).arrayBuffer());
  if (findUtf16(first) || isGzip(first) || isZip(first)) return undefined;
  // Letters of ASCII in it are UTF-8, too.
  if (encoding.startsWith("utf-16")) return encoding;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const piece of readSlices(body))
    if (!decodes(decoder, piece)) return encoding;
  return decodes(decoder) ? undefined : encoding;
}

function knownEncoding(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

function decodes(decoder: TextDecoder, piece?: Uint8Array): boolean {
  try {
    decoder.decode(piece, { stream: piece !== undefined });
    return true;
  } catch {
    return false;
  }
}
