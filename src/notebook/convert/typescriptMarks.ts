/** What a notebook in TypeScript is known by (typescript.ts). */

/** The first line of its head. */
export const reference = '/// <reference path="./flowbook.d.ts" />';

/** A line that begins a cell; the rest of it says which. */
export const marker = /^\/\/ ?%%(?!%)(.*)$/s;
