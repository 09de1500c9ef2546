import { FlowError } from "../../../core/errors.ts";
import { listNames } from "../../../core/words.ts";

/** By what a flow's body is given, the name of a flow that declares no parameters. */
const without = new WeakMap<object, string>();

/** A body's argument: the refs of the flow's parameters, by name; complains about one that the options do not declare. */
export function makeParameterRefs(
  flow: string,
  refs: Readonly<Record<string, unknown>>,
): object {
  const names = Object.keys(refs);
  const given = new Proxy(refs, {
    get(target, key) {
      if (typeof key === "symbol" || Object.hasOwn(target, key))
        return target[key as string];
      throw new FlowError(
        "unknown-parameter",
        `The flow ${JSON.stringify(flow)} has no parameter ${key}. ${names.length > 0 ? `It has ${listNames(names, 20)}.` : `Declare it: { parameters: { ${key}: "..." } } after the body.`}`,
      );
    },
  });
  if (names.length === 0) without.set(given, flow);
  return given;
}

/** Refuses what the body of a flow without parameters is given; `name` is what it is used as. */
export function refuseNoParameters(value: unknown, name: string): void {
  const flow = without.get(value as object);
  if (flow === undefined) return;
  throw new FlowError(
    "unknown-parameter",
    `The body of the flow ${JSON.stringify(flow)} hands on what it is given itself, as ${name}: that is an object with the parameters of the flow, which declares none. Declare what it takes: flow(${JSON.stringify(flow)}, ({ rows }) => ..., { parameters: { rows: [] } }).`,
  );
}
