/** The names of the options that are about CSV; apart from what checks them, so that they can be refused before that is loaded. */
export const csvOptionNames = [
  "delimiter",
  "quote",
  "escape",
  "header",
  "skip",
  "decimal",
  "thousands",
  "types",
  "nulls",
  "comment",
  "encoding",
  "badLines",
];
