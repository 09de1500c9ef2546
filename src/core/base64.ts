/** Bytes as text in base64. */
export function toBase64(bytes: Uint8Array): string {
  const texts: string[] = [];
  // A call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000)
    texts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(texts.join(""));
}

/** An address that holds what it leads to. */
export function toDataUrl(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${toBase64(bytes)}`;
}
