/**
 * What the words of all layers need of their language: how it writes numbers, and which form of a word a number takes. A
 * translation has a module of the same names (see CONTRIBUTING.md).
 */

/** The language by its tag, as the `lang` of a page has it. */
export const languageTag: string = "en";

/** How numbers are written. */
export const numberLocale: string = "en-US";

/** How days and times of day are written. */
export const timeLocale: string = "en-GB";

/** A word by the number that it goes with; a language may have more forms than English. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & {
  other: string;
};

/** The form that the number asks for: `plural(1, { one: "row", other: "rows" })` is `row`. */
export function plural(count: number, forms: Forms): string {
  return (count === 1 && forms.one) || forms.other;
}

let numbers: Intl.NumberFormat | undefined;

/** The number as the language writes it: `1,200`. */
export function formatNumber(value: number): string {
  // Browsers take long to make one, and the first page needs none.
  numbers ??= new Intl.NumberFormat(numberLocale);
  return numbers.format(value);
}

/** The number and its word: `1 row`, `1,200 rows`. */
export function countOf(count: number, forms: Forms): string {
  return `${formatNumber(count)} ${plural(count, forms)}`;
}

/** What a translation of a module of words has: some of its names, each with a text or a function of the same values. */
export type Translation<Module> = {
  [Name in keyof Module]?: Module[Name] extends string ? string : Module[Name];
};
