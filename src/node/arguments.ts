import { parseArgs, type ParseArgsConfig } from "node:util";
import { parseDuration } from "../core/duration.ts";
import { FlowError } from "../core/errors.ts";
import type { Graph } from "../core/graph.ts";
import { parseOrigin } from "../core/origin.ts";
import { parseParameter } from "../core/parameterText.ts";
import { parametersOf } from "../runs/parametersOf.ts";

/** What was typed does not make sense; the message says what to type. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** What a command was called with. */
export interface Arguments {
  /** The notebook, or whatever else the command is about. */
  file: string;
  flow: string | undefined;
  /** `name=value` as typed. */
  parameters: readonly string[];
  from: string | undefined;
  to: string | undefined;
  database: string | undefined;
  resume: boolean;
  answers: readonly string[];
  json: boolean;
  hosts: readonly string[] | undefined;
  workers: number | undefined;
  format: string | undefined;
  output: string | undefined;
  executor: string | undefined;
  store: string | undefined;
  notebook: string | undefined;
  slots: number | undefined;
  /** In milliseconds. */
  patience: number | undefined;
}

const options = {
  flow: { type: "string" },
  param: { type: "string", multiple: true },
  from: { type: "string" },
  to: { type: "string" },
  db: { type: "string" },
  resume: { type: "boolean" },
  answer: { type: "string", multiple: true },
  json: { type: "boolean" },
  "allow-host": { type: "string", multiple: true },
  workers: { type: "string" },
  format: { type: "string" },
  output: { type: "string", short: "o" },
  executor: { type: "string" },
  store: { type: "string" },
  notebook: { type: "string" },
  slots: { type: "string" },
  patience: { type: "string" },
} satisfies ParseArgsConfig["options"];

/** The options that a command may be given. */
export type OptionName = keyof typeof options;

/** Whether JSON is asked for, also of a command that makes no sense otherwise; not where that stands in the place of a value. */
export function wantsJson(given: readonly string[]): boolean {
  const { tokens } = parseArgs({
    ...{ args: [...given], options, allowPositionals: true },
    ...({ strict: false, tokens: true } as const),
  });
  return tokens.some(
    (token) =>
      token.kind === "option" &&
      token.name === "json" &&
      token.value === undefined,
  );
}

/** Reads what stands behind the name of a command that knows these options. */
export function readArguments(
  given: readonly string[],
  known: readonly OptionName[],
  wanted = "a notebook: a file such as notebook.flow.md",
): Arguments {
  const { values, positionals } = parse(given, known);
  const [file, ...more] = positionals;
  if (!file) throw new UsageError(`Give ${wanted}.`);
  if (more.length > 0)
    throw new UsageError(`One at a time; left over is ${more.join(" ")}.`);
  return {
    file,
    flow: values.flow,
    parameters: values.param ?? [],
    from: values.from,
    to: values.to,
    database: readDatabase(values.db),
    resume: values.resume ?? false,
    answers: values.answer ?? [],
    json: values.json ?? false,
    hosts: values["allow-host"]?.flatMap(toOrigins),
    workers: readCount("--workers", values.workers),
    format: values.format,
    output: values.output,
    executor: values.executor,
    store: values.store,
    notebook: values.notebook,
    slots: readCount("--slots", values.slots),
    patience: readPatience(values.patience),
  };
}

/** The values of `--param name=value`, each as its parameter's type. */
export function readParameters(
  graph: Graph,
  given: readonly string[],
): Record<string, unknown> {
  const known = parametersOf(graph);
  // A name may be one that objects have already, such as `__proto__`.
  const values = new Map<string, unknown>();
  for (const text of given) {
    const [name, value] = splitAt(text, "--param", "airport=JFK");
    const parameter = known.find((one) => one.name === name);
    if (!parameter)
      throw new FlowError(
        "unknown-parameter",
        known.length === 0
          ? `${graph.flow} has no parameters.`
          : `${graph.flow} has no parameter ${name}. It has ${known.map((one) => one.name).join(", ")}.`,
      );
    if (values.has(name))
      throw new UsageError(
        `--param ${name} is given twice: leave out one of them.`,
      );
    values.set(name, parseParameter(parameter, value));
  }
  return Object.fromEntries(values);
}

/** The two sides of `name=value`. */
export function splitAt(
  text: string,
  option: string,
  example: string,
): [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(
    `${option} takes a name and a value: ${option} ${example}. Given was "${text}".`,
  );
}

function parse(given: readonly string[], known: readonly OptionName[]) {
  const all = { args: [...given], options, allowPositionals: true } as const;
  const { tokens } = parseArgs({ ...all, strict: false, tokens: true });
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { name, rawName, value = "", inlineValue } = token;
    if (!known.includes(name as OptionName))
      throw new UsageError(
        `This command has no ${rawName}. It has ${known.map((one) => `--${one}`).join(", ") || "no options"}.`,
      );
    const option: { type: string; multiple?: boolean } =
      options[name as OptionName];
    const isSwitch = option.type === "boolean";
    if (!isSwitch && !option.multiple && seen.has(name))
      throw new UsageError(`${rawName} is given twice: leave out one of them.`);
    seen.add(name);
    if (isSwitch && inlineValue)
      throw new UsageError(`${rawName} takes no value: leave out =${value}.`);
    // What looks like an option is taken for one that follows.
    if (!isSwitch && (!value || (!inlineValue && /^-./.test(value))))
      throw new UsageError(
        `${rawName} has no value. Write it behind: ${rawName}${rawName.startsWith("--") ? "=" : ""}...`,
      );
  }
  return parseArgs(all);
}

/** The origins of a host: where no protocol is named, by whatever one that may be allowed there. */
function toOrigins(host: string): string[] {
  const isWhole = /^[a-z]+:\/\//i.test(host);
  const origin = toOrigin(host, isWhole ? host : `https://${host}`);
  if (isWhole) return [origin];
  const open = origin.replace("https:", "http:");
  try {
    return [origin, parseOrigin(open)];
  } catch {
    return [origin];
  }
}

function toOrigin(host: string, address: string): string {
  let origin: string;
  try {
    origin = parseOrigin(address);
  } catch (thrown) {
    throw new UsageError(`--allow-host ${host}: ${(thrown as Error).message}`);
  }
  const { pathname, search, hash } = new URL(address);
  const rest = pathname.replace(/^\/$/, "") + search + hash;
  if (rest === "") return origin;
  throw new UsageError(
    `--allow-host ${host} allows all of a host, not a part of it: leave out ${rest}.`,
  );
}

function readDatabase(path: string | undefined) {
  if (path !== ":memory:") return path;
  throw new UsageError(
    "--db takes a file: what is kept in memory only could not be resumed. Give the name of one, such as --db rows.sqlite.",
  );
}

function readPatience(text: string | undefined) {
  if (text === undefined) return undefined;
  try {
    const patience = parseDuration(text);
    if (patience >= 1_000) return patience;
  } catch {
    // said below
  }
  throw new UsageError(
    `--patience takes a time from one second on, such as 10s, not ${text}.`,
  );
}

function readCount(option: string, text: string | undefined) {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new UsageError(
    `${option} takes a whole number from 1 on, not ${text}.`,
  );
}
