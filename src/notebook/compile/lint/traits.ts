import type { AnyNode } from "acorn";
import { constantOf, settingOf } from "./constants.ts";
import { fieldName } from "./parts.ts";
import { joinCells } from "./joined.ts";
import { createLinter } from "./linter.ts";
import type { Linter } from "./linter.ts";
import { analyseRefs } from "../refs.ts";
import type { CellScript } from "../script.ts";
import type { FunctionNode } from "../tree.ts";
import { refusesErrors } from "./types.ts";

/** What is to be known of a task to see whether it is called in its sense. Plain data. */
export interface TaskTraits {
  /** Its options that count for nodes only: `["retries", "timeout"]`. */
  nodeOptions: readonly string[];
  /** The trigger by which it starts although something before it has failed: `allFinished`. */
  lenientTrigger: string | undefined;
  /** Parameters whose type leaves no room for an Error, by their position. */
  strictParameters: Readonly<Record<number, string>>;
}

/** What is known of a name of another cell; undefined if it is no task, or nothing is known. */
export type ForeignTraits = (name: string) => TaskTraits | undefined;

/** A task of which nothing is known. */
const unknownTask: TaskTraits = {
  nodeOptions: [],
  lenientTrigger: undefined,
  strictParameters: {},
};

/** Options that a plain call of a task does without. */
const nodeOptions = [
  "retries",
  "timeout",
  "cacheFor",
  "concurrency",
  "fallback",
];

const lenientTriggers = new Set(
  "allFailed anySuccessful anyFailed allFinished someFailed someSuccessful".split(
    " ",
  ),
);

/** The task that an expression is, as far as it can be seen: also one with other options, by another name, or of another cell. */
export function traitsOf(
  linter: Linter,
  task: AnyNode,
  depth = 0,
): (TaskTraits & { body?: FunctionNode }) | undefined {
  if (depth > 20) return undefined;
  if (task.type === "Identifier" && !linter.script.scopes.bindings.has(task))
    return linter.foreignTraits(task.name);
  const node = linter.valueOf(task);
  if (node !== task) return traitsOf(linter, node, depth + 1);
  if (node.type !== "CallExpression") return undefined;
  const [first, second, third] = node.arguments;
  const name = linter.languageName(node.callee);
  if (name === "task" || name === "resource") {
    const body = linter.functionOf(first);
    const own = describe(linter, name === "task" ? second : third);
    return { ...own, ...(body && { body }), strictParameters: {} };
  }
  const { callee } = node;
  if (
    callee.type !== "MemberExpression" ||
    fieldName(callee) !== "with" ||
    linter.kindOf(callee.object) !== "task"
  )
    return undefined;
  const before = traitsOf(linter, callee.object, depth + 1) ?? unknownTask;
  const own = describe(linter, first);
  return {
    ...before,
    nodeOptions: [...new Set([...before.nodeOptions, ...own.nodeOptions])],
    lenientTrigger: settingOf(first, "trigger")
      ? own.lenientTrigger
      : before.lenientTrigger,
  };
}

/** Parameters of a task that cannot be an Error, by their position. */
export function strictParametersOf(
  linter: Linter,
  { body, strictParameters }: TaskTraits & { body?: FunctionNode },
): Readonly<Record<number, string>> {
  return body ? refusesErrors(linter.script, body) : strictParameters;
}

/** What other cells need to know of the tasks that a cell defines at its top level, by name. */
export function describeTasks(
  script: CellScript,
): ReadonlyMap<string, TaskTraits> {
  const nobody = () => undefined;
  const refs = analyseRefs(joinCells([script]), nobody);
  const linter = createLinter(script, refs, nobody);
  const found = new Map<string, TaskTraits>();
  for (const { node } of script.scopes.units) {
    if (node.type !== "VariableDeclarator" || node.id.type !== "Identifier")
      continue;
    const traits = node.init && traitsOf(linter, node.init);
    if (!traits) continue;
    const { nodeOptions, lenientTrigger } = traits;
    const strictParameters = lenientTrigger
      ? strictParametersOf(linter, traits)
      : {};
    found.set(node.id.name, { nodeOptions, lenientTrigger, strictParameters });
  }
  return found;
}

function describe(
  { languageName }: Linter,
  options: AnyNode | undefined,
): Pick<TaskTraits, "nodeOptions" | "lenientTrigger"> {
  const trigger = settingOf(options, "trigger");
  const rule = trigger?.type === "CallExpression" ? trigger.callee : trigger;
  const name =
    rule?.type === "MemberExpression" &&
    languageName(rule.object) === "triggers"
      ? fieldName(rule)
      : undefined;
  return {
    nodeOptions: nodeOptions.filter((option) => {
      const setting = settingOf(options, option);
      return setting && constantOf(setting)?.value !== 0;
    }),
    lenientTrigger:
      name !== undefined && lenientTriggers.has(name) ? name : undefined,
  };
}
