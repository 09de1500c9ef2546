/** Text as terminals show it: in columns, of which some signs take two and some none. */

const signs = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** East Asian wide and fullwidth signs, and what is shown as a picture. */
const isWide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Regional_Indicator}|\ufe0f/u;

/** How many columns a line takes. */
export function widthOf(line: string): number {
  let width = 0;
  for (const { segment } of signs.segment(line)) width += widthOfSign(segment);
  return width;
}

/** How many rows a line takes of a terminal that is so wide. */
export function rowsOf(line: string, columns: number): number {
  let rows = 1;
  let width = 0;
  for (const { segment } of signs.segment(line)) {
    const more = widthOfSign(segment);
    width += more;
    if (width <= columns) continue;
    rows += 1;
    width = more;
  }
  return rows;
}

/** A line, cut if it takes more columns. */
export function fit(line: string, columns: number): string {
  if (columns <= 0) return "";
  if (widthOf(line) <= columns) return line;
  let text = "";
  let width = 1;
  for (const { segment } of signs.segment(line)) {
    width += widthOfSign(segment);
    if (width > columns) break;
    text += segment;
  }
  return `${text}…`;
}

/** A text with spaces behind it up to so many columns. */
export function pad(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

/** What data may hold and a terminal would obey, such as to clear the screen, as signs that are seen; colours are left out, the ends of lines and tabs stay. */
export function withoutCommands(text: string): string {
  return text
    .replace(/\u001b\[[\d;]*m/g, "")
    .replace(/\r\n/g, "\n")
    .replace(/[\0-\x08\v-\x1f]/g, (sign) =>
      String.fromCharCode(0x2400 + sign.charCodeAt(0)),
    )
    .replace(/[\x7f-\x9f]/g, "\ufffd");
}

function widthOfSign(sign: string): number {
  if (/^[\p{Mark}\p{Control}\p{Format}]+$/u.test(sign)) return 0;
  return isWide.test(sign) ? 2 : 1;
}
