// Without ignoreBOM the first character of a field could get lost.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** To call the decoder takes longer than to read what is as short as a number. */
const shortText = 30;

/** The text of a field. */
export function decodeField(
  bytes: Uint8Array,
  from: number,
  end: number,
): string {
  let text = "";
  for (let at = from; at < end; at += 1) {
    const code = bytes[at]!;
    if (code > 127 || at - from === shortText)
      return decoder.decode(bytes.subarray(from, end));
    text += String.fromCharCode(code);
  }
  return text;
}

/** The serial type of what `true` or `false` is stored as; 0 of any other text, and of one with spaces around it. */
export function serialOfBoolean(
  bytes: Uint8Array,
  from: number,
  end: number,
): number {
  const length = end - from;
  const word = length === 4 ? trueBytes : length === 5 ? falseBytes : undefined;
  if (!word) return 0;
  for (let at = 0; at < length; at += 1)
    if ((bytes[from + at]! | 32) !== word[at]) return 0;
  return length === 4 ? 9 : 8;
}

// In small letters, which have this bit more than capitals.
const [trueBytes, falseBytes] = ["true", "false"].map((word) =>
  new TextEncoder().encode(word),
);
