export { toCsv } from "./csvWriter.ts";
export { toNdjson } from "./ndjsonWriter.ts";
