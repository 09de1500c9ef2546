import { FlowError } from "./errors.ts";
import { listNames, showValue } from "./words.ts";

/** What kind of value a parameter takes, and so which field the run form shows. */
export type ParameterType =
  "string" | "number" | "boolean" | "date" | "datetime" | "json";

/** A parameter of a flow, with everything that its run form needs. */
export interface Parameter {
  name: string;
  type: ParameterType;
  /** True when a run must be given a value: there is no default. */
  required: boolean;
  /** The value without one given. null makes it optional. */
  default: unknown;
  /** The only values it takes, if it is a choice. */
  options?: readonly (string | number)[];
  min?: unknown;
  max?: unknown;
  step?: number;
  label?: string;
  help?: string;
}

const settings = [
  "type",
  "default",
  "options",
  "min",
  "max",
  "step",
  "label",
  "help",
] as const;

type Settings = { readonly [setting in (typeof settings)[number]]?: unknown };

const typeNames = {
  string: "text",
  number: "a number",
  boolean: "true or false",
  date: "a day such as 2026-05-31",
  datetime: "a Date",
  json: "a value that JSON can say",
} satisfies Record<ParameterType, string>;

/**
 * The parameter that `param(name, spec)` describes. `spec` is a default value (a list is a JSON value), a description with
 * `type`, `options` and so on, or undefined for a text that every run must be given.
 */
export function makeParameter(name: string, spec: unknown): Parameter {
  if (typeof name !== "string" || name === "")
    throw new FlowError(
      "invalid-option",
      `A parameter needs a name: param("airport", "IAD"). Given was ${showValue(name)}.`,
    );
  const parameter = isDescription(spec)
    ? fromDescription(name, spec)
    : fromDefault(name, spec);
  checkDescription(parameter);
  if (parameter.required || parameter.default === null) return parameter;
  const complaint = complain(parameter, parameter.default);
  if (complaint) throw misdescribed(name, `its default ${complaint}`);
  return parameter;
}

/**
 * The values of a run: those given, and the default of each parameter that was given none (undefined counts as none).
 * Nothing is converted: `"200"` is no number. See {@link parseParameter} for text. `of` is what has them, for messages.
 */
export function checkParameters(
  parameters: readonly Parameter[],
  given: Readonly<Record<string, unknown>>,
  of: "flow" | "form" = "flow",
): Record<string, unknown> {
  const known = new Set(parameters.map(({ name }) => name));
  const unknown = Object.keys(given).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new FlowError(
      "unknown-parameter",
      `The ${of} has no parameter ${unknown}. ${
        known.size > 0
          ? `It has ${listNames([...known], Infinity)}.`
          : "It has no parameters."
      }`,
    );
  return Object.fromEntries(
    parameters.map((parameter) => [
      parameter.name,
      checkParameter(
        parameter,
        Object.hasOwn(given, parameter.name)
          ? given[parameter.name]
          : undefined,
      ),
    ]),
  );
}

/** The value that a parameter has when it is given this one; a FlowError if it takes no such value. */
export function checkParameter(parameter: Parameter, value: unknown): unknown {
  if (value === undefined) {
    if (!parameter.required) return parameter.default;
    throw invalid(
      parameter,
      `has no default, so it must be given: ${allowed(parameter)}.`,
    );
  }
  if (value === null && parameter.default === null) return null;
  const complaint = complain(parameter, value);
  if (complaint) throw invalid(parameter, complaint);
  return value;
}

function isDescription(spec: unknown): spec is Settings {
  return (
    typeof spec === "object" &&
    spec !== null &&
    !Array.isArray(spec) &&
    !(spec instanceof Date)
  );
}

function fromDefault(name: string, value: unknown): Parameter {
  if (value === undefined)
    return { name, type: "string", required: true, default: undefined };
  const type = typeOf(value);
  if (!type)
    throw misdescribed(
      name,
      `${showValue(value)} is no default value. Give text, a number, true or false, a Date, a list, or a description such as { type: "string", default: null }`,
    );
  return { name, type, required: false, default: value };
}

function fromDescription(name: string, spec: Settings): Parameter {
  for (const setting of Object.keys(spec))
    if (!(settings as readonly string[]).includes(setting))
      throw misdescribed(
        name,
        `a parameter has no setting ${setting}. It has ${listNames(settings, Infinity)}`,
      );
  let { default: value } = spec;
  const { min, max, step, label, help } = spec;
  const options = readOptions(name, spec.options);
  if (value === undefined && options) value = options[0];
  const parameter: Parameter = {
    name,
    type: readType(name, spec, value),
    required: value === undefined,
    default: value,
  };
  if (options !== undefined) parameter.options = options;
  if (min !== undefined) parameter.min = min;
  if (max !== undefined) parameter.max = max;
  if (step !== undefined) parameter.step = step as number;
  if (label !== undefined) parameter.label = String(label);
  if (help !== undefined) parameter.help = String(help);
  return parameter;
}

/** What it may be, each once: options often come from data, where a value is there many times. */
function readOptions(
  name: string,
  options: unknown,
): readonly (string | number)[] | undefined {
  if (options === undefined) return undefined;
  if (isOptions(options)) return [...new Set(options)];
  throw misdescribed(
    name,
    "its options must be a list of one or more texts or numbers",
  );
}

function isOptions(options: unknown): options is readonly (string | number)[] {
  return (
    Array.isArray(options) &&
    options.length > 0 &&
    options.every(
      (option) => typeof option === "string" || Number.isFinite(option),
    )
  );
}

function readType(name: string, spec: Settings, value: unknown): ParameterType {
  if (spec.type === undefined) {
    if (isOptions(spec.options))
      return spec.options.every((option) => typeof option === "number")
        ? "number"
        : "string";
    return typeOf(value) ?? (value === undefined ? "string" : "json");
  }
  if (typeof spec.type === "string" && Object.hasOwn(typeNames, spec.type))
    return spec.type as ParameterType;
  throw misdescribed(
    name,
    `its type must be one of ${listNames(Object.keys(typeNames), Infinity)}, not ${showValue(spec.type)}`,
  );
}

/** The type of a parameter with this default; a list or an object is JSON. */
function typeOf(value: unknown): ParameterType | undefined {
  if (value instanceof Date) return "datetime";
  if (typeof value === "object") return value === null ? undefined : "json";
  return typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean"
    ? (typeof value as ParameterType)
    : undefined;
}

/** Whether the limits themselves make sense. */
function checkDescription({ name, type, min, max, step }: Parameter): void {
  for (const [setting, limit] of Object.entries({ min, max })) {
    if (limit === undefined) continue;
    if (type === "boolean" || type === "json")
      throw misdescribed(name, `a ${type} parameter has no ${setting}`);
    const limitType = type === "string" ? "number" : type;
    if (!isOfType(limitType, limit))
      throw misdescribed(
        name,
        `its ${setting} must be ${typeNames[limitType]}, not ${showValue(limit)}`,
      );
  }
  if (min !== undefined && max !== undefined && rankOf(min) > rankOf(max))
    throw misdescribed(
      name,
      `its min ${showLimit(min)} is above its max ${showLimit(max)}`,
    );
  if (
    step !== undefined &&
    !(type === "number" && Number.isFinite(step) && step > 0)
  )
    throw misdescribed(name, "step is a number above 0 of a number parameter");
}

/** What is wrong with a value, as the end of a sentence that begins with the parameter; undefined if nothing is. */
function complain(parameter: Parameter, value: unknown): string | undefined {
  const { type, options, min, max, step } = parameter;
  const must = `must be ${allowed(parameter)}, not ${showValue(value)}`;
  if (options)
    return options.some((option) => option === value) ? undefined : must;
  if (!isOfType(type, value)) return must;
  if (type === "json" && Array.isArray(parameter.default)) {
    const kind = kindOfItems(parameter.default);
    if (!isListOf(kind, value))
      return `must be a list${kind ? ` of ${listNamesOf[kind]}` : ""}, as its default is, not ${showValue(value)}`;
  }
  const rank = type === "string" ? (value as string).length : rankOf(value);
  if (min !== undefined && rank < rankOf(min)) return must;
  if (max !== undefined && rank > rankOf(max)) return must;
  if (step !== undefined) {
    const steps =
      ((value as number) - ((min as number | undefined) ?? 0)) / step;
    // 0.3 / 0.1 is a little less than 3
    if (
      Math.abs(steps - Math.round(steps)) >
      1e-9 * Math.max(1, Math.abs(steps))
    )
      return must;
  }
  return undefined;
}

/** What values a parameter takes: `a number from 10 to 500`, `"csv" or "json"`. */
function allowed({ type, options, min, max, step }: Parameter): string {
  if (options) return `one of ${options.map(showValue).join(", ")}`;
  let text: string = typeNames[type];
  if (type === "string") {
    if (min !== undefined && max !== undefined)
      text += ` of ${min} to ${max} characters`;
    else if (min !== undefined) text += ` of at least ${min} characters`;
    else if (max !== undefined) text += ` of at most ${max} characters`;
  } else if (min !== undefined && max !== undefined)
    text += ` from ${showLimit(min)} to ${showLimit(max)}`;
  else if (min !== undefined) text += ` of at least ${showLimit(min)}`;
  else if (max !== undefined) text += ` of at most ${showLimit(max)}`;
  if (step !== undefined) text += ` in steps of ${step}`;
  return text;
}

const listNamesOf = {
  string: "texts",
  number: "numbers",
  boolean: "true and false",
};

/** What all items of a list are, if they are of one such type: the language takes it from the default. */
function kindOfItems(
  list: readonly unknown[],
): keyof typeof listNamesOf | undefined {
  const kind = typeof list[0];
  return Object.hasOwn(listNamesOf, kind) &&
    list.every((item) => typeof item === kind)
    ? (kind as keyof typeof listNamesOf)
    : undefined;
}

function isListOf(kind: string | undefined, value: unknown): boolean {
  return (
    Array.isArray(value) &&
    (!kind || value.every((item) => typeof item === kind))
  );
}

function showLimit(limit: unknown): string {
  return limit instanceof Date ? limit.toISOString() : String(limit);
}

/** Limits and values by which they can be compared; days compare as the moments at which they begin. */
function rankOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  return typeof value === "string" ? Date.parse(value) : Number(value);
}

/** Whether a value is of a parameter's type, whatever its limits say. */
export function isOfType(type: ParameterType, value: unknown): boolean {
  switch (type) {
    case "string":
    case "boolean":
      return typeof value === type;
    case "number":
      return Number.isFinite(value);
    case "date":
      return typeof value === "string" && isDay(value);
    case "datetime":
      return value instanceof Date && !Number.isNaN(value.getTime());
    case "json":
      return isJson(value, []);
  }
}

/** Whether the text is a day that exists: 2026-02-30 does not. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function isJson(value: unknown, around: readonly unknown[]): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean")
    return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || around.includes(value)) return false;
  const inside = [...around, value];
  if (Array.isArray(value)) return value.every((item) => isJson(item, inside));
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    (prototype === null || prototype === Object.prototype) &&
    Object.values(value).every((item) => isJson(item, inside))
  );
}

/** Why a parameter does not take what it was given; the complaint ends a sentence that begins with the parameter. */
export function invalid(parameter: Parameter, complaint: string): FlowError {
  return new FlowError(
    "invalid-parameter",
    `The parameter ${parameter.name} ${complaint}${complaint.endsWith(".") ? "" : "."}`,
  );
}

function misdescribed(name: string, complaint: string): FlowError {
  return new FlowError(
    "invalid-parameter",
    `The parameter ${name} is described wrongly: ${complaint}.`,
  );
}
