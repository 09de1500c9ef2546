import { FlowError } from "../../../core/errors.ts";
import type { Parameter, ParameterType } from "../../../core/parameter.ts";
import { listNames, showValue } from "../../../core/words.ts";
import { copyValue } from "./copy.ts";

const settings = [
  "type",
  "default",
  "options",
  "min",
  "max",
  "step",
  "label",
  "help",
];

const types: readonly ParameterType[] = [
  "string",
  "number",
  "boolean",
  "date",
  "datetime",
  "json",
];

/** A parameter as `param(name, spec)` or a flow's `parameters` describe it: by its default value alone, or by its settings. */
export function readParameter(name: unknown, spec: unknown): Parameter {
  if (typeof name !== "string" || name === "")
    throw new FlowError(
      "invalid-option",
      `A parameter needs a name, as in param("airport", "IAD"), not ${showValue(name)}.`,
    );
  const invalid = (message: string) =>
    new FlowError("invalid-option", `The parameter ${name}: ${message}`);

  if (spec === undefined)
    return { name, type: "string", required: true, default: undefined };
  if (isDefault(spec))
    return { name, type: typeOf(spec), required: false, default: spec };
  if (typeof spec !== "object" || spec === null)
    throw invalid(
      `${showValue(spec)} describes no parameter. Give its default value, or settings such as { type: "number", min: 0 }.`,
    );

  const given = spec as Record<string, unknown>;
  for (const key of Object.keys(given))
    if (!settings.includes(key))
      throw invalid(
        `there is no setting ${JSON.stringify(key)}. The settings are ${listNames(settings, 99)}.`,
      );

  const { options } = given;
  if (
    options !== undefined &&
    (!Array.isArray(options) ||
      options.length === 0 ||
      !options.every(
        (option) => typeof option === "string" || typeof option === "number",
      ))
  )
    throw invalid("options must be a list of texts or numbers, at least one.");
  const choices = options as readonly (string | number)[] | undefined;

  const type = given.type ?? typeOf(choices?.[0] ?? given.default ?? "");
  if (!types.includes(type as ParameterType))
    throw invalid(
      `there is no type ${showValue(type)}. The types are ${listNames(types, 99)}.`,
    );

  const parameter: Parameter = {
    name,
    type: type as ParameterType,
    required: given.default === undefined && choices === undefined,
    default: given.default === undefined ? choices?.[0] : given.default,
  };
  if (parameter.default !== undefined && parameter.default !== null) {
    if (!fits(parameter.default, parameter.type))
      throw invalid(
        `its default is ${showValue(parameter.default)}, which is not ${nouns[parameter.type]}.`,
      );
    if (choices && !choices.includes(parameter.default as string))
      throw invalid(
        `its default ${showValue(parameter.default)} is none of its options.`,
      );
    parameter.default = copyValue(parameter.default, `default of ${name}`);
  }
  if (choices) parameter.options = [...choices];
  for (const bound of ["min", "max"] as const) {
    const value = given[bound];
    if (value === undefined) continue;
    // For a text, the bounds are of its length.
    const boundType =
      parameter.type === "string" ? "number" : parameter.type;
    if (boundType === "boolean" || boundType === "json")
      throw invalid(`${bound} does not go with the type ${parameter.type}.`);
    if (!fits(value, boundType))
      throw invalid(
        `its ${bound} is ${showValue(value)}, which is not ${nouns[boundType]}.`,
      );
    parameter[bound] = value;
  }
  if (given.step !== undefined) {
    if (typeof given.step !== "number" || !(given.step > 0))
      throw invalid(`its step must be a number above 0.`);
    parameter.step = given.step;
  }
  for (const text of ["label", "help"] as const)
    if (given[text] !== undefined) parameter[text] = String(given[text]);
  return parameter;
}

/** A value that stands for "a parameter with this default". */
function isDefault(spec: unknown): boolean {
  return (
    typeof spec === "string" ||
    typeof spec === "number" ||
    typeof spec === "boolean" ||
    spec instanceof Date ||
    Array.isArray(spec)
  );
}

function typeOf(value: unknown): ParameterType {
  if (value instanceof Date) return "datetime";
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean"
    ? type
    : "json";
}

const nouns: Readonly<Record<ParameterType, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  date: 'a day such as "2026-05-31"',
  datetime: "a Date",
  json: "JSON",
};

function fits(value: unknown, type: ParameterType): boolean {
  switch (type) {
    case "string":
    case "boolean":
      return typeof value === type;
    case "number":
      return typeof value === "number" && !Number.isNaN(value);
    case "date":
      return (
        typeof value === "string" &&
        /^\d{4}-\d\d-\d\d$/.test(value) &&
        isRealDay(value)
      );
    case "datetime":
      return value instanceof Date && !Number.isNaN(value.getTime());
    case "json":
      return typeof value !== "function" && typeof value !== "symbol";
  }
}

/** 2026-02-30 is none. */
function isRealDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return (
    !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text
  );
}
