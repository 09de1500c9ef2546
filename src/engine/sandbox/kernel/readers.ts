import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import { parseCsv, readCsvOptions } from "./csv.ts";
import type { Current } from "./current.ts";
import { readAttachment } from "./files.ts";
import { request } from "./network.ts";
import { defineBuiltIn } from "./task.ts";

/** The tasks that read attachments and fetch from the network. */
export function makeReaders(current: Current): Record<string, unknown> {
  const decode = (data: ArrayBuffer) => new TextDecoder().decode(data);
  const read = async (name: unknown) =>
    decode(await readAttachment(current, name));
  // The body of an answer may still be on its way when the job ends.
  const fetchBody = async <T>(
    url: unknown,
    options: Record<string, unknown>,
    take: (response: Response) => Promise<T>,
  ) => {
    const { job } = current;
    const { response, source } = await request(current, url, options);
    const body = take(response);
    return { body: await (job ? job.guard(body) : body), source };
  };
  const fetchString = (url: unknown, options: Record<string, unknown>) =>
    fetchBody(url, options, (response) => response.text());

  const functions: Record<string, (...args: unknown[]) => unknown> = {
    readText: read,
    readBytes: async (name) =>
      new Uint8Array(await readAttachment(current, name)),
    readJson: async (name) => parseJson(await read(name), String(name)),
    readCsv: async (name, given) => {
      const options = readCsvOptions(toOptions(given));
      return parseCsv(await read(name), options, String(name));
    },
    fetchText: async (url, options) =>
      (await fetchString(url, toOptions(options))).body,
    fetchBytes: async (url, options) =>
      new Uint8Array(
        (
          await fetchBody(url, toOptions(options), (response) =>
            response.arrayBuffer(),
          )
        ).body,
      ),
    fetchJson: async (url, options) => {
      const { body, source } = await fetchString(url, toOptions(options));
      return parseJson(body, `The answer to ${source}`);
    },
    fetchCsv: async (url, given) => {
      const { method, headers, query, body, ...rest } = toOptions(given);
      const options = readCsvOptions(rest);
      const fetched = await fetchString(
        url,
        dropUndefined({ method, headers, query, body }),
      );
      return parseCsv(fetched.body, options, `The answer to ${fetched.source}`);
    },
  };
  return Object.fromEntries(
    Object.entries(functions).map(([name, fn]) => {
      const isFetch = name.startsWith("fetch");
      return [
        name,
        defineBuiltIn(
          current,
          {
            name,
            inputs: [isFetch ? "url" : "name", "options"],
            // A URL cannot be copied to the worker that fetches it; its text can.
            arrange: (args) => args.map(toText),
          },
          fn,
        ),
      ];
    }),
  );
}

function toText(arg: unknown): unknown {
  if (arg instanceof URL) return arg.href;
  return Array.isArray(arg) ? arg.map(toText) : arg;
}

function toOptions(given: unknown): Record<string, unknown> {
  if (given === undefined || given === null) return {};
  if (typeof given === "object")
    return dropUndefined(given as Record<string, unknown>);
  throw new FlowError(
    "invalid-option",
    `The options are an object such as { header: true }, not ${showValue(given)}.`,
  );
}

function dropUndefined(
  fields: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new Error(
      `${source} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}. It starts with ${showValue(text.slice(0, 50))}.`,
      { cause },
    );
  }
}
