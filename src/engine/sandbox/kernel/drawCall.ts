import { FlowError } from "../../../core/errors.ts";
import type { Source, Template } from "../../../core/graph.ts";
import { visitRefs } from "../../../core/graphIndex.ts";
import type { Definition } from "./definition.ts";
import { planLevels } from "./mapLevels.ts";
import { callOption, limitsOf, toNodeOptions } from "./nodeOptions.ts";
import { readParameterNames } from "./parameterNames.ts";
import { refOf } from "./refs.ts";
import { isConstant } from "./template.ts";
import type { Tracer } from "./tracer.ts";
import { isUnmapped, unwrapUnmapped } from "./unmapped.ts";

/** A call of a task in a flow body: a node. `depth` is how many levels of a map it is, 0 for a plain call. */
export function drawCall(
  tracer: Tracer,
  definition: Definition,
  given: readonly unknown[],
  depth: number,
): unknown {
  const { options, root, cleanup } = definition;
  const { name: task } = root;
  if (!task)
    throw new FlowError(
      "flow-body",
      "This task has no name, so no worker would find it. Assign it to a variable at the top of a cell: const extract = task(...).",
    );
  const inputs = inputNames(definition);
  const templates = arrange(definition, given, depth).map((arg, index) =>
    tracer.template(
      arg,
      inputs[index]
        ? `the argument ${inputs[index]} of ${task}`
        : `argument ${index + 1} of ${task}`,
      inputs[index] || `argument ${index + 1}`,
    ),
  );
  const { levels, args } =
    depth === 0
      ? { levels: [], args: templates }
      : planLevels(
          `${task}${".map".repeat(depth)}`,
          templates.map((template, index) => ({
            name: inputs[index] || `argument ${index + 1}`,
            template,
            isList: isMappedOver(given[index]),
          })),
          tracer.levels.length,
          depth,
          tracer.drawing.depthOf,
        );
  const name = levels.length > 0 ? undefined : nameNode(definition, args);
  tracer.drawing.limits.push(...limitsOf(options, task));
  const id = tracer.add({
    task,
    name: name ?? (typeof options.name === "string" ? options.name : task),
    options: toNodeOptions(options, name !== undefined),
    args,
    inputs,
    levels,
    waitFor: readWaitFor(tracer, task, definition.waitFor),
    definition,
  });
  if (cleanup)
    tracer.drawing.resources.set(id, {
      name: name ?? task,
      input: readParameterNames(cleanup)[0] || "value",
    });
  return tracer.wire(id, task);
}

/** What the arguments of a task are called, as far as that is known. */
export function inputNames({ builtIn, fn }: Definition): readonly string[] {
  return builtIn?.inputs ?? readParameterNames(fn);
}

/** Whether an argument of a map is a list to go over: all are that are not `unmapped`, or left out. */
export function isMappedOver(given: unknown): boolean {
  return given !== undefined && !isUnmapped(given);
}

/** The arguments of the task's function, from those of a call. */
export function arrange(
  { builtIn, root }: Definition,
  given: readonly unknown[],
  depth: number,
): readonly unknown[] {
  if (depth === 0) return builtIn?.arrange?.(given) ?? given;
  if (builtIn?.noMap) throw new FlowError("invalid-argument", builtIn.noMap);
  if (given.length === 0)
    throw new FlowError(
      "invalid-argument",
      `${root.name ?? "A task"}.map() has nothing to map over. Give it a list for each argument, or unmapped(value).`,
    );
  const args = given.map(unwrapUnmapped);
  return builtIn?.arrange?.(args) ?? args;
}

/** The name of a node, if it can be told from the call. */
function nameNode(
  { options, builtIn }: Definition,
  args: readonly Template[],
): string | undefined {
  const { name } = options;
  if (typeof name === "string") return name;
  if (typeof name === "function")
    return args.every(isConstant)
      ? callOption("name", () =>
          String(name(...args.map(({ value }) => value))),
        )
      : undefined;
  return builtIn?.nameNode?.(
    args.map((arg) => (isConstant(arg) ? arg.value : undefined)),
  );
}

function readWaitFor(
  tracer: Tracer,
  task: string,
  given: readonly unknown[],
): Source[] {
  const sources: Source[] = [];
  for (const item of given) {
    if (refOf(item)?.type !== "wire")
      throw new FlowError(
        "invalid-option",
        `waitFor of ${task} takes refs, which are what task calls of this flow body return: waitFor: [cleaned].`,
      );
    visitRefs(
      tracer.template(item, `waitFor of ${task}`, "waitFor"),
      (source) => sources.push(source),
    );
  }
  return sources;
}
