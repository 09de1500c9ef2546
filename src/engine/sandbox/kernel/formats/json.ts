import { FlowError } from "../../../../core/errors.ts";
import { showValue } from "../../../../core/words.ts";
import { BadLines, readBadLineRule, type ToldSource } from "./badLines.ts";
import { gather } from "./gather.ts";
import { ElementScanner } from "./jsonElements.ts";
import { parseJson } from "./parseJson.ts";

export { readPages } from "./pages.ts";
export { parseJson } from "./parseJson.ts";

const longestShown = 200;

/** The values of newline-delimited JSON in batches: one on each line, empty lines apart. */
export async function* streamNdjson(
  text: AsyncIterable<string>,
  options: Readonly<Record<string, unknown>>,
  source: ToldSource,
): AsyncGenerator<object[]> {
  const badLines = new BadLines(readBadLineRule(options.badLines), source);
  let rest = "";
  let number = 0;
  for await (const { piece, isLast } of gather(text)) {
    const lines = (rest + piece).split("\n");
    rest = isLast ? "" : lines.pop()!;
    const values: object[] = [];
    for (const line of lines) {
      number += 1;
      if (line.trim() === "") continue;
      try {
        values.push(parseJson(line) as object);
      } catch (thrown) {
        badLines.tell({
          line: number,
          text: line.slice(0, longestShown).trimEnd(),
          problem: `it is not JSON: ${(thrown as Error).message}`,
        });
      }
    }
    if (values.length > 0) yield values;
  }
  badLines.summarise();
}

/** All values of newline-delimited JSON. */
export async function readNdjson(
  text: AsyncIterable<string>,
  options: Readonly<Record<string, unknown>>,
  source: ToldSource,
): Promise<object[]> {
  const batches: object[][] = [];
  for await (const batch of streamNdjson(text, options, source))
    batches.push(batch);
  return batches.flat();
}

/** The elements of a list in JSON text, in batches. `path` says where the list is, as `data.items`; without it, it is the text. */
export async function* streamJson(
  text: AsyncIterable<string>,
  { path }: Readonly<Record<string, unknown>>,
  { name }: ToldSource,
): AsyncGenerator<object[]> {
  if (path !== undefined && typeof path !== "string")
    throw new FlowError(
      "invalid-option",
      `path must say where in the file the list is, as "data.items", not ${showValue(path)}.`,
    );
  const scanner = new ElementScanner(path ? path.split(".") : [], name);
  for await (const { piece, isLast } of gather(text)) {
    const elements = scanner.push(piece, isLast);
    if (elements.length > 0) yield elements;
  }
}

/** The features of GeoJSON as rows: the properties, and the geometry under `geometry`. */
export function readGeoJson(text: string, name: string): object[] {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new Error(`${name} is not JSON: ${(cause as Error).message}.`, {
      cause,
    });
  }
  const features = featuresOf(value);
  if (!features)
    throw new Error(
      `${name} is JSON, but not GeoJSON: it is no FeatureCollection, Feature or geometry. Read it with readJson.`,
    );
  return features.map((feature, index) => {
    if (typeof feature !== "object" || feature === null)
      throw new Error(
        `${name} is damaged GeoJSON: feature ${index + 1} is ${showValue(feature)}, not an object. Correct the file, or read it with readJson.`,
      );
    const { id, geometry, properties } = feature as Feature;
    const row: Record<string, unknown> = {};
    if (id !== undefined) row.id = id;
    for (const [key, property] of Object.entries(properties ?? {}))
      row[key in row || key === "geometry" ? `${key}_2` : key] = property;
    row.geometry = geometry ?? null;
    return row;
  });
}

interface Feature {
  id?: unknown;
  geometry?: unknown;
  properties?: Record<string, unknown> | null;
}

function featuresOf(value: unknown): unknown[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, features } = value as { type?: unknown; features?: unknown };
  if (type === "FeatureCollection" && Array.isArray(features)) return features;
  if (type === "Feature") return [value];
  return "coordinates" in value || "geometries" in value
    ? [{ geometry: value }]
    : undefined;
}
