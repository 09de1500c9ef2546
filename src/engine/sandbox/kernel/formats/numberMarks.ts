import { FlowError } from "../../../../core/errors.ts";
import { showValue } from "../../../../core/words.ts";

/** What numbers are written with besides their digits. */
export interface NumberMarks {
  /** Stands before the fraction. */
  decimal: "." | ",";
  /** May stand between thousands. */
  thousands: string | undefined;
  /** What a text has in it that is no number as programs write it. */
  odd: RegExp;
  /** Such a number: its sign, the digits before and behind the decimal mark, and the exponent. */
  number: RegExp;
}

function marksOf(
  decimal: NumberMarks["decimal"],
  thousands: string | undefined,
): NumberMarks {
  const mark = decimal === "." ? "\\." : ",";
  // Where a line must not break, another space stands between them.
  const between =
    thousands === undefined
      ? "(?!)"
      : thousands === " "
        ? "[ \u00a0\u202f]"
        : `\\u${thousands.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return {
    decimal,
    thousands,
    odd: new RegExp(decimal === "." ? between : `[.,]|${between}`),
    number: new RegExp(
      `^([+-]?)(\\d{1,3}(?:${between}\\d{3})+|\\d*)(?:${mark}(\\d*))?((?:[eE][+-]?\\d+)?)$`,
    ),
  };
}

/** Those of numbers as programs write them. */
export const plainMarks = marksOf(".", undefined);

/** Checks the options `decimal` and `thousands`. */
export function readNumberMarks({
  decimal = ".",
  thousands = decimal === "," ? "." : undefined,
}: Readonly<Record<string, unknown>>): NumberMarks {
  const refuse = (message: string) => new FlowError("invalid-option", message);
  if (decimal !== "." && decimal !== ",")
    throw refuse(`decimal must be "." or ",", not ${showValue(decimal)}.`);
  if (
    thousands !== undefined &&
    !(typeof thousands === "string" && /^[^\d\r\n+\-eE]$/.test(thousands))
  )
    throw refuse(
      `thousands must be the one character that stands between thousands, such as ",", not ${showValue(thousands)}.`,
    );
  if (thousands === decimal)
    throw refuse(
      `decimal and thousands cannot both be ${JSON.stringify(decimal)}${decimal === "." ? ': where points stand between thousands, decimal is ","' : ""}.`,
    );
  return decimal === "." && thousands === undefined
    ? plainMarks
    : marksOf(decimal, thousands as string | undefined);
}

/** A text as it is written with a decimal point and nothing between thousands, if it is a number; what has marks elsewhere is none. */
export function withPoint(text: string, marks: NumberMarks): string {
  if (marks === plainMarks) return text;
  const trimmed = text.trim();
  if (!marks.odd.test(trimmed)) return text;
  const [, sign, whole, fraction, exponent] = marks.number.exec(trimmed) ?? [];
  if (whole === undefined) return "x";
  const point = fraction === undefined ? "" : `.${fraction}`;
  // With a plus it could be a telephone number, which has no such marks.
  return `${sign === "-" ? "-" : ""}${whole.replace(/\D/g, "")}${point}${exponent}`;
}
