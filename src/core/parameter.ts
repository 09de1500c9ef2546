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
