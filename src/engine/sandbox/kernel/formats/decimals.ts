/**
 * Decimal numbers from their digits, without making a text of them.
 *
 * Of more digits than a double has, these and the power of ten that they are divided by are exact sums of two doubles, so the
 * quotient comes out with about 100 bits. Where these do not say which double is next to it, which is when it lies in the middle between two, there is no answer.
 *
 * Dekker, "A floating-point technique for extending the available precision", 1971
 */

const powers = Float64Array.from({ length: 23 }, (_, exponent) =>
  Number(`1e${exponent}`),
);
/** The largest power of ten that a double is exactly. */
export const mostDecimals = powers.length - 1;

const splitter = 2 ** 27 + 1;
/** More than what the quotient can be off by, in parts of it. */
const doubt = 2 ** -96;

/** Digits that fit into a small integer. */
export const halfDigits = 9;
/** Up to so many digits are a whole number below 2^53. */
const exactDigits = 15 - halfDigits;

/**
 * The double next to a decimal number, or NaN if that takes more care: its first digits, up to {@link halfDigits} of them, then as
 * many more if there are any, and how many of all stand behind the point, up to {@link mostDecimals}.
 */
export function toDouble(
  first: number,
  others: number,
  otherDigits: number,
  decimals: number,
): number {
  if (otherDigits <= exactDigits) {
    const digits =
      otherDigits === 0 ? first : first * powers[otherDigits]! + others;
    // Division rounds right, as both are exact.
    return decimals === 0 ? digits : digits / powers[decimals]!;
  }
  const shift = powers[otherDigits]!;
  const product = first * shift;
  const whole = product + others;
  const wholeRest =
    productRest(first, shift, product) + (others - (whole - product));

  const divisor = powers[decimals]!;
  const quotient = whole / divisor;
  const back = quotient * divisor;
  const rest = whole - back - productRest(quotient, divisor, back) + wholeRest;
  const correction = rest / divisor;
  const margin = quotient * doubt;
  const least = quotient + (correction - margin);
  return least === quotient + (correction + margin) ? least : NaN;
}

/** What a product lost when it was rounded. */
function productRest(one: number, other: number, product: number): number {
  const oneSplit = one * splitter;
  const oneHigh = oneSplit - (oneSplit - one);
  const oneLow = one - oneHigh;
  const otherSplit = other * splitter;
  const otherHigh = otherSplit - (otherSplit - other);
  const otherLow = other - otherHigh;
  return (
    oneLow * otherLow -
    (product - oneHigh * otherHigh - oneLow * otherHigh - oneHigh * otherLow)
  );
}
