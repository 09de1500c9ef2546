/** What the words of the page need of their language: what those of all layers need, and how lists and sizes are said. */
export * from "../../views/words/language.ts";
export { formatSize, listNames } from "../../core/words.ts";
