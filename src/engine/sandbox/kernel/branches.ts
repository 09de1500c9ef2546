import { FlowError } from "../../../core/errors.ts";
import { plainOptions } from "../../../core/graph.ts";
import type { CaseTest, Source, Template } from "../../../core/graph.ts";
import { showValue } from "../../../core/words.ts";
import type { Current } from "./current.ts";
import { needsOfTemplate } from "./drawing.ts";
import { bodyTracer, refuseAsync } from "./flowBody.ts";
import { flowBodyError } from "./flowBodyError.ts";
import { refOf } from "./refs.ts";
import { hasRef, isStructure } from "./template.ts";
import type { Tracer } from "./tracer.ts";

/** One way that `when` or `choose` can go. */
interface Branch {
  name: string;
  test: CaseTest;
  body: () => unknown;
}

const advice = "Anywhere else, decide with if, ?: or switch.";

/** `when(condition, then, otherwise)`. */
export function drawWhen(
  current: Current,
  condition: unknown,
  then: unknown,
  otherwise: unknown,
): unknown {
  const tracer = bodyTracer(current, "when(...)", advice);
  if (refOf(condition)?.type !== "wire" && typeof condition !== "boolean")
    throw flowBodyError(
      `when takes a ref, or true or false, as its condition, not ${showValue(condition)}.`,
    );
  const branches: Branch[] = [
    {
      name: "true",
      test: { type: "truthy" },
      body: readBody("The first branch of when", then),
    },
  ];
  if (otherwise !== undefined)
    branches.push({
      name: "false",
      test: { type: "falsy" },
      body: readBody("The second branch of when", otherwise),
    });
  return drawBranches(tracer, "when", "condition", condition, branches);
}

/** `choose(value, branches, { default })`. */
export function drawChoose(
  current: Current,
  value: unknown,
  given: unknown,
  options: unknown,
): unknown {
  const tracer = bodyTracer(current, "choose(...)", advice);
  if (
    refOf(value)?.type !== "wire" &&
    !["string", "number", "boolean"].includes(typeof value)
  )
    throw flowBodyError(
      `choose takes a ref of a text, a number or a boolean, not ${showValue(value)}.`,
    );
  if (!isStructure(given) || Array.isArray(given) || hasRef(given))
    throw flowBodyError(
      `choose takes its branches as an object of functions by name: choose(kind, { csv: () => ..., json: () => ... }), not ${hasRef(given) ? "refs" : showValue(given)}.`,
    );
  const branches = Object.entries(given).map(([name, body]): Branch => ({
    name,
    test: { type: "is", name },
    body: readBody(`The branch ${name} of choose`, body),
  }));
  const names = branches.map(({ name }) => name);
  const otherwise = readDefault(options);
  if (otherwise)
    branches.push({
      name: "default",
      test: { type: "other", names },
      body: otherwise,
    });
  if (branches.length === 0)
    throw flowBodyError(
      "choose needs at least one branch: choose(kind, { csv: () => ... }).",
    );
  return drawBranches(tracer, "choose", "value", value, branches);
}

/** `merge(...refs)`. */
export function drawMerge(current: Current, refs: readonly unknown[]): unknown {
  const tracer = bodyTracer(current, "merge(...)", advice);
  if (refs.length === 0)
    throw flowBodyError("merge takes refs, at least one: merge(fast, slow).");
  const args = refs.map((ref, index) => {
    if (!hasRef(ref))
      throw flowBodyError(
        `merge takes refs, which are what task calls of this flow body return, not ${showValue(ref)}.`,
      );
    return tracer.template(ref, `argument ${index + 1} of merge`, "ref");
  });
  return tracer.addTask({
    task: "merge",
    name: "merge",
    options: plainOptions,
    args,
    inputs: args.map((_, index) => String(index + 1)),
    // What it takes from outside of a branch is no reason to go on with a branch that was not chosen.
    operator: { type: "merge", guards: args.map(() => tracer.branch) },
  });
}

/**
 *     condition ──> case "true" ──> tasks of the branch ──┐
 *          └──────> case "false" ─> tasks of the branch ──┴─> merge
 *
 * A branch that returns what is not its own is merged by its case alone; one that returns nothing, when its tasks are done.
 */
function drawBranches(
  tracer: Tracer,
  what: string,
  input: string,
  given: unknown,
  branches: readonly Branch[],
): unknown {
  const condition = tracer.template(given, `the ${input} of ${what}`, input);
  const guards: Source[] = [];
  const args: Template[] = [];
  const waitFor: Source[] = [];
  for (const { name, test, body } of branches) {
    const guard = tracer.source(
      tracer.add({
        task: "case",
        name,
        options: plainOptions,
        args: [condition],
        inputs: [input],
        operator: { type: "case", test },
      }),
    );
    const { result, made } = tracer.inBranch(guard, body);
    const title = `The branch ${name} of ${what}`;
    refuseAsync(title, result);
    const arg = tracer.template(
      result,
      `what the branch ${name} of ${what} returns`,
      "result",
    );
    guards.push(guard);
    args.push(arg);
    if (result === undefined) {
      const leaves = tracer.drawing.leavesAmong(made);
      waitFor.push(
        ...(leaves.length > 0
          ? leaves.map((id) => tracer.source(id))
          : [guard]),
      );
    } else if (
      !needsOfTemplate(arg, undefined).some(({ source }) =>
        made.has(source.node),
      )
    )
      // Nothing of the branch leads to the merge, so the picture shows that its case does.
      waitFor.push(guard);
  }
  return tracer.addTask({
    task: "merge",
    name: "merge",
    options: plainOptions,
    args,
    inputs: branches.map(({ name }) => name),
    waitFor,
    operator: { type: "merge", guards },
    label: what,
  });
}

function readBody(what: string, body: unknown): () => unknown {
  // A ref can be called as far as its type goes, so it is looked at first.
  if (refOf(body))
    throw flowBodyError(
      `${what} is a ref. Write a function around it, () => ..., so that its tasks belong to the branch.`,
    );
  if (typeof body === "function") return body as () => unknown;
  throw flowBodyError(
    `${what} must be a function that calls tasks: () => ..., not ${showValue(body)}.`,
  );
}

function readDefault(options: unknown): (() => unknown) | undefined {
  if (options === undefined) return undefined;
  if (typeof options !== "object" || options === null)
    throw new FlowError(
      "invalid-option",
      `The options of choose are { default: () => ... }, not ${showValue(options)}.`,
    );
  for (const key of Object.keys(options))
    if (key !== "default")
      throw new FlowError(
        "invalid-option",
        `choose has no option ${JSON.stringify(key)}. Its option is default.`,
      );
  const { default: body } = options as { default?: unknown };
  return body === undefined
    ? undefined
    : readBody("The default of choose", body);
}
