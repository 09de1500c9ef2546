/** A number with a decimal comma, and points between thousands if there are any. */
const commaNumber =
  /^([+-]?)(\d{1,3}(?:\.\d{3})+|\d*)(?:,(\d*))?((?:[eE][+-]?\d+)?)$/;

/** What stands between whole numbers and fractions. */
export type DecimalMark = "." | ",";

/** A text as it is written with a decimal point, if it is a number; with a comma as the mark, what has its points elsewhere is none. */
export function withPoint(text: string, mark: DecimalMark): string {
  if (mark === "." || !/[.,]/.test(text)) return text;
  const [, sign, whole, fraction, exponent] =
    commaNumber.exec(text.trim()) ?? [];
  if (whole === undefined || !/\d/.test(text)) return "x";
  const point = fraction === undefined ? "" : `.${fraction}`;
  return `${sign}${whole.replaceAll(".", "")}${point}${exponent}`;
}
