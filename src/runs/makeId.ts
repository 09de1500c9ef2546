/** A new id: 16 letters and digits, unguessable. Works without a secure context, where randomUUID is missing. */
export function makeId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join("");
}
