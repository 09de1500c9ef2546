import Ajv from "ajv";

// Jupyter's notebook format 4.5, as far as notebooks of code and prose have it: every field that a file may have, and no other.

const text = { type: "string" };
const lines = { anyOf: [text, { type: "array", items: text }] };
const count = { type: ["integer", "null"], minimum: 0 };

/** Exactly these fields, and all of them unless `optional` names them. */
const fields = (
  properties: Record<string, object>,
  optional: readonly string[] = [],
) => ({
  type: "object",
  additionalProperties: false,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});

/** Data by media type: JSON is anything, all else is text. */
const bundle = {
  type: "object",
  patternProperties: { "^application/(.*\\+)?json$": {} },
  additionalProperties: lines,
};

const output = {
  oneOf: [
    fields({
      output_type: { const: "execute_result" },
      execution_count: count,
      data: bundle,
      metadata: { type: "object" },
    }),
    fields({
      output_type: { const: "display_data" },
      data: bundle,
      metadata: { type: "object" },
    }),
    fields({ output_type: { const: "stream" }, name: text, text: lines }),
    fields({
      output_type: { const: "error" },
      ename: text,
      evalue: text,
      traceback: { type: "array", items: text },
    }),
  ],
};

const metadata = {
  type: "object",
  properties: {
    name: { type: "string", minLength: 1 },
    tags: {
      type: "array",
      uniqueItems: true,
      items: { type: "string", pattern: "^[^,]+$" },
    },
    collapsed: { type: "boolean" },
    scrolled: { enum: [true, false, "auto"] },
  },
};

const id = { type: "string", pattern: "^[a-zA-Z0-9_-]{1,64}$" };
const attachments = { type: "object", additionalProperties: bundle };

const cell = {
  oneOf: [
    ...["raw", "markdown"].map((type) =>
      fields(
        {
          id,
          cell_type: { const: type },
          metadata,
          attachments,
          source: lines,
        },
        ["attachments"],
      ),
    ),
    fields({
      id,
      cell_type: { const: "code" },
      metadata,
      source: lines,
      outputs: { type: "array", items: output },
      execution_count: count,
    }),
  ],
};

const validate = new Ajv({ allErrors: true }).compile(
  fields({
    nbformat: { const: 4 },
    nbformat_minor: { type: "integer", minimum: 5 },
    metadata: {
      type: "object",
      properties: {
        kernelspec: {
          type: "object",
          required: ["name", "display_name"],
          properties: { name: text, display_name: text },
        },
        language_info: {
          type: "object",
          required: ["name"],
          properties: {
            name: text,
            codemirror_mode: { type: ["string", "object"] },
            file_extension: text,
            mimetype: text,
            pygments_lexer: text,
          },
        },
        title: text,
        authors: { type: "array", items: { type: "object" } },
      },
    },
    cells: { type: "array", items: cell },
  }),
);

/** What about a file is not as Jupyter's format has it, each with its place. */
export function misfitsOf(file: unknown): readonly string[] {
  return validate(file)
    ? []
    : validate.errors!.map(
        ({ dataPath, message }) => `${dataPath} ${message ?? ""}`,
      );
}
