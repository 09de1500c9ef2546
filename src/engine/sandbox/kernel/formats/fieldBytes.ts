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

/** Where `true` or `false` ends that begins at `from`; -1 if there is neither before `stop`. */
export function endOfBoolean(
  bytes: Uint8Array,
  from: number,
  stop: number,
): number {
  const word = (bytes[from]! | 32) === trueBytes![0] ? trueBytes! : falseBytes!;
  const end = from + word.length;
  if (end > stop) return -1;
  for (let at = 0; at < word.length; at += 1)
    if ((bytes[from + at]! | 32) !== word[at]) return -1;
  return end;
}

// In small letters, which have this bit more than capitals.
const [trueBytes, falseBytes] = ["true", "false"].map((word) =>
  new TextEncoder().encode(word),
);

/** The serial type of 1 if a word begins as `true` does, and of 0 if it begins as `false`. */
export function serialOfBoolean(first: number): number {
  return (first | 32) === 116 ? 9 : 8;
}
