/**
 * The longest list that anything outside of the sandbox goes through. `new Array(4e9)` is small to send, for it has nothing in
 * it, and whoever goes through it never comes back.
 */
export const longestList = 20_000_000;
