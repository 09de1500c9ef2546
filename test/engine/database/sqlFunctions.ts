/** What SQL gives for functions, wherever it is run. */
const numbers = "(VALUES (2), (NULL), (4), (5.5), (9))";
export const sqlFunctions: [string, unknown][] = [
  ["log(100)", 2],
  ["ln(1)", 0],
  ["7 / ceil(1.5)", 3.5],
  ["ceil(1e30)", 1e30],
  ["typeof(floor(2.5))", "real"],
  ["sign(-3.0)", -1],
  ["round(sqrt(2), 6)", 1.414214],
  [`(SELECT median(column1) FROM ${numbers})`, 4.75],
  [`(SELECT round(variance(column1), 6) FROM ${numbers})`, 8.729167],
  [`(SELECT round(stdev(column1), 6) FROM ${numbers})`, 2.954516],
  [`(SELECT median(column1) FROM ${numbers} WHERE 0)`, null],
];
