import type { Template } from "../../../core/graph.ts";
import { showPath } from "../../../core/showPath.ts";
import { flowBodyError } from "./flowBodyError.ts";
import { followTemplate } from "./follow.ts";
import type { Tracer } from "./tracer.ts";

/** A ref in a flow body: a value that is not there yet, as what it is made from. */
export interface Wire {
  type: "wire";
  /** Of the flow body that it may be used in. */
  tracer: Tracer;
  template: Template;
  /** What messages call it: "the result of extract.rows". */
  label: string;
}

/** A ref anywhere else: a call that has started. */
export interface Started {
  type: "started";
  promise: Promise<unknown>;
}

const refs = new WeakMap<object, Wire | Started>();

/** What is behind a ref; undefined for all other values. Asks the value nothing, so that it sets off no trap. */
export function refOf(value: unknown): Wire | Started | undefined {
  return (typeof value === "object" && value !== null) ||
    typeof value === "function"
    ? refs.get(value)
    : undefined;
}

/** How many elements a list ref gives to `const [a, b] = ref`; whoever asks for more is looping over it. */
const mostUnpacked = 32;

const listMethods: readonly (string | number)[] = [
  "map",
  "forEach",
  "filter",
  "reduce",
  "flat",
  "flatMap",
  "join",
  "find",
  "some",
  "every",
  "slice",
  "sort",
  "includes",
];

/**
 * A ref for a flow body. `label` is what messages call it; `followed` says what the last step of its path was taken from,
 * for the message that a method cannot be called.
 */
export function makeWire(
  tracer: Tracer,
  template: Template,
  label: string,
  followed?: { owner: string; step: string | number },
): unknown {
  const teach = (message: string) => {
    throw flowBodyError(message);
  };
  const follow = (step: string | number) =>
    makeWire(
      tracer,
      followTemplate(template, step, label),
      label + showPath([step]),
      { owner: label, step },
    );
  // An arrow function, so that it can be called and has no `prototype` that a proxy would have to own up to.
  const proxy = new Proxy(() => {}, {
    get(_, key) {
      if (key === "then")
        return teach(
          `${label} cannot be awaited in a flow body: nothing has run yet. Pass it to a task as it is; the task gets the value.`,
        );
      if (key === Symbol.toPrimitive)
        return teach(
          `${label} has no value while the flow is drawn, so it cannot be put into a text, added or compared. Do that in a task that takes it.`,
        );
      if (key === Symbol.iterator)
        return () =>
          unpack(follow, () =>
            teach(
              `${label} cannot be looped over or spread: while the flow is drawn nobody knows how many elements it has. Pass the whole list to a task and loop there.`,
            ),
          );
      return typeof key === "symbol" ? undefined : follow(toStep(key));
    },
    apply: () =>
      teach(
        followed
          ? `.${followed.step}(...) cannot be called on ${followed.owner}: it has no value while the flow is drawn. ${
              listMethods.includes(followed.step)
                ? "Do it in a task that takes the list."
                : "Call methods in a task that takes it."
            }`
          : `${label} cannot be called: it is a value that is not there yet, not a function.`,
      ),
    set: () =>
      teach(
        `${label} cannot be changed in a flow body. Let a task take it and return the changed value.`,
      ),
    defineProperty: () =>
      teach(
        `${label} cannot be changed in a flow body. Let a task take it and return the changed value.`,
      ),
    deleteProperty: () =>
      teach(
        `${label} cannot be changed in a flow body. Let a task take it and return the changed value.`,
      ),
    has: (_, key) =>
      teach(
        `\`in\` cannot look for ${JSON.stringify(String(key))} in ${label}: it has no fields while the flow is drawn. Look in a task that takes it.`,
      ),
    ownKeys: () =>
      teach(
        `${label} cannot be spread or listed: its fields are not known while the flow is drawn. Name the fields you need (\`{ id: ref.id }\`), or do it in a task.`,
      ),
  });
  refs.set(proxy, { type: "wire", tracer, template, label });
  return proxy;
}

/**
 * A ref of a call that has started: a promise whose fields can be followed (`await ref.rows[0]`).
 * Unused ones are no unhandled rejection. `observe` is called when somebody takes an interest in the outcome.
 */
export function makeStarted<T>(
  promise: Promise<T>,
  observe: () => void = () => {},
  step?: string | number,
): Promise<T> {
  promise.catch(() => {});
  const follow = (step: string | number) =>
    makeStarted(
      promise.then((value) => (value as Record<string, unknown>)[step]),
      observe,
      step,
    );
  // What may be meant as a method can be called, to say that it is not there yet.
  const target =
    step !== undefined && listMethods.includes(step) ? () => {} : promise;
  const proxy = new Proxy(target as Promise<T>, {
    apply() {
      throw new TypeError(
        `This value is not there yet: await it first, (await rows).${step}(...).`,
      );
    },
    get(_, key) {
      if (key === "then" || key === "catch" || key === "finally") {
        observe();
        return (promise[key] as (...args: unknown[]) => unknown).bind(promise);
      }
      if (key === Symbol.toPrimitive)
        return () => {
          throw new TypeError(
            "This value is not there yet: await it before you compute with it or put it into a text.",
          );
        };
      if (key === Symbol.iterator)
        return () =>
          unpack(follow, () => {
            throw new TypeError(
              "This list is not there yet: await it before you loop over it or spread it.",
            );
          });
      return typeof key === "symbol"
        ? (Reflect.get(promise, key) as unknown)
        : follow(toStep(key));
    },
  });
  refs.set(proxy, { type: "started", promise });
  return proxy;
}

function* unpack(
  follow: (step: number) => unknown,
  complain: () => void,
): Generator<unknown> {
  for (let index = 0; index < mostUnpacked; index++) yield follow(index);
  complain();
}

/** `"0"` is an index, `"00"` and `"id"` are keys. */
function toStep(key: string): string | number {
  return /^(0|[1-9]\d{0,8})$/.test(key) ? Number(key) : key;
}
