import type { Template } from "../../../core/graph.ts";
import { showPath } from "../../../core/showPath.ts";
import { flowBodyError } from "./flowBodyError.ts";

/** One step further into what a template stands for. A constant is followed at once; `label` is what messages call it. */
export function followTemplate(
  template: Template,
  step: string | number,
  label: string,
): Template {
  switch (template.type) {
    case "value":
      return { type: "value", value: followValue(template.value, step, label) };
    case "list":
      return (
        template.items[step as number] ?? {
          type: "value",
          value: step === "length" ? template.items.length : undefined,
        }
      );
    case "object":
      return (
        template.entries.find(([key]) => key === String(step))?.[1] ?? {
          type: "value",
          value: undefined,
        }
      );
    default:
      return { ...template, path: [...template.path, step] };
  }
}

/** A property as data has it: neither a method nor a prototype. */
function followValue(
  value: unknown,
  step: string | number,
  label: string,
): unknown {
  if (value === undefined || value === null)
    throw flowBodyError(
      `${label} is ${value}: cannot read ${showPath([step])} of it.`,
    );
  const found = (value as Record<string | number, unknown>)[step];
  if (Object.hasOwn(Object(value) as object, step)) return found;
  return typeof found === "number" ? found : undefined;
}
