/**
 * What the words of all views need of their language: how it writes numbers, and which form of a word a number takes. A
 * translation has a module of the same names (see CONTRIBUTING.md).
 */

/** The language of the words, as `lang` of the page says it. */
export const language: string = "en";

/** How numbers are written. */
export const numberLocale: string = "en-US";

/** How days and times of day are written. */
export const timeLocale: string = "en-GB";

/** A word by the number that it goes with; a language may have more forms than English. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & {
  other: string;
};

const rules = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(numberLocale);

/** The form that the number asks for: `plural(1, { one: "row", other: "rows" })` is `row`. */
export function plural(count: number, forms: Forms): string {
  return forms[rules.select(count)] ?? forms.other;
}

/** The number as the language writes it: `1,200`. */
export function formatNumber(value: number): string {
  return numbers.format(value);
}

/** The number and its word: `1 row`, `1,200 rows`. */
export function countOf(count: number, forms: Forms): string {
  return `${formatNumber(count)} ${plural(count, forms)}`;
}
