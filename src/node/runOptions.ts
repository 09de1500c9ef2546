/** The options that a program gives to `run`. */
import { FlowError } from "../core/errors.ts";
import { parseOrigin } from "../core/origin.ts";
import { listNames, showValue } from "../core/words.ts";

/** How `run` runs. */
export interface RunOptions {
  /** The flow of a notebook file; else its only or first one. */
  flow?: string;
  parameters?: Readonly<Record<string, unknown>>;
  from?: string;
  to?: string;
  /** The SQLite file; else beside the notebook, and for a flow of the program's own one that is deleted. */
  database?: string;
  /** Goes on with the last run. */
  resume?: boolean;
  /** Origins that tasks of a notebook may contact; else all. */
  hosts?: readonly string[];
  /** How many tasks of a notebook at once. */
  workers?: number;
  /** Has tasks of a notebook run on other machines: `bullmq://host:6379`. */
  executor?: string;
  /** What all machines reach, for what is too large for the queue: `file:///mnt/shared` or `s3://bucket/folder`. */
  store?: string;
}

/** A kind of value that an option takes. */
interface Kind {
  words: string;
  includes(value: unknown): boolean;
}

const text: Kind = {
  words: "a text",
  includes: (value) => typeof value === "string",
};

const kinds: Record<keyof RunOptions, Kind> = {
  flow: text,
  parameters: {
    words: "an object with a value by each name, such as { n: 2 }",
    includes: (value) =>
      typeof value === "object" && value !== null && !Array.isArray(value),
  },
  from: text,
  to: text,
  database: {
    words: "the path of an SQLite file, as a text",
    includes: (value) => text.includes(value) && value !== ":memory:",
  },
  resume: {
    words: "true or false",
    includes: (value) => typeof value === "boolean",
  },
  hosts: {
    words: "a list of texts",
    includes: (value) => Array.isArray(value) && value.every(text.includes),
  },
  workers: {
    words: "how many tasks run at once, a whole number from 1 on",
    includes: (value) => Number.isInteger(value) && (value as number) > 0,
  },
  executor: text,
  store: text,
};

/** The options, or a FlowError that says why they make no sense. One that is undefined counts as not given. */
export function checkOptions(options: RunOptions): RunOptions {
  const refuse = (message: string): never => {
    throw new FlowError("invalid-argument", message);
  };
  if (typeof options !== "object" || (options as unknown) === null)
    refuse(
      `run takes its options as an object, such as { workers: 2 }, not ${String(options)}.`,
    );
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(kinds, name))
      refuse(
        `run has no option ${showValue(name)}. Its options are ${listNames(Object.keys(kinds), Infinity)}.`,
      );
    const { words, includes } = kinds[name as keyof RunOptions];
    if (value !== undefined && !includes(value))
      refuse(`${name} is ${words}, not ${showValue(value)}.`);
  }
  const { hosts, resume, from, to, executor, store } = options;
  if (resume && (from !== undefined || to !== undefined))
    refuse("resume goes on with the last run as it is: leave out from and to.");
  if (store !== undefined && executor === undefined)
    refuse("store is for runs on many machines: give executor as well.");
  return hosts ? { ...options, hosts: hosts.map(parseOrigin) } : options;
}
