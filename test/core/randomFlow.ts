import fc from "fast-check";
import type { Graph, NodeId, Source, Template } from "../../src/core/graph.ts";
import { chance } from "../../src/core/hash.ts";
import type { Limit } from "../../src/core/limits.ts";
import type { TriggerRule } from "../../src/core/trigger.ts";
import {
  caseOf,
  flatten,
  makeGraph,
  mergeOf,
  ref,
  refEach,
  value,
} from "./makeGraph.ts";
import type { TaskSpec } from "./makeGraph.ts";
import type { Attempt, Settings } from "./simulate.ts";

/** What a flow is made of, piece by piece; numbers choose among the pieces before. */
interface Piece {
  kind:
    | "task"
    | "map"
    | "branch"
    | "resource"
    | "gate"
    | "subflow"
    | "mapped subflow";
  picks: number[];
  waits: number[];
  depth: number;
  isFlattened: boolean;
  retries: number;
  retryDelays: number[];
  retryJitter: number;
  timeout: number | undefined;
  trigger: TriggerRule;
  skipOnUpstreamSkip: boolean;
  hasFallback: boolean;
  tags: string[];
}

const lenient: readonly TriggerRule[] = [
  { type: "allSuccessful" },
  { type: "allSuccessful" },
  { type: "allFinished" },
];
const all: readonly TriggerRule[] = [
  ...lenient,
  { type: "allSuccessful" },
  { type: "anyFailed" },
  { type: "anySuccessful" },
  { type: "notAllSkipped" },
  { type: "someFailed", atMost: 0.5 },
  { type: "manualOnly" },
  { type: "custom" },
];

const pieces = (triggers: readonly TriggerRule[]): fc.Arbitrary<Piece> =>
  fc.record({
    kind: fc.constantFrom<Piece["kind"][]>(
      "task",
      "task",
      "task",
      "map",
      "map",
      "map",
      "branch",
      "resource",
      "gate",
      "subflow",
      "mapped subflow",
    ),
    picks: fc.array(fc.nat(30), { maxLength: 2 }),
    waits: fc.array(fc.nat(30), { maxLength: 1 }),
    depth: fc.constantFrom(1, 1, 2, 3),
    isFlattened: fc.boolean(),
    retries: fc.nat(2),
    retryDelays: fc.array(fc.constantFrom(0, 5, 50), { maxLength: 2 }),
    retryJitter: fc.constantFrom(0, 0, 0.5),
    timeout: fc.constantFrom(undefined, undefined, undefined, 20),
    trigger: fc.constantFrom(...triggers),
    skipOnUpstreamSkip: fc.boolean(),
    hasFallback: fc.constantFrom(false, false, false, true),
    tags: fc.subarray(["x", "y"]),
  });

const limits = fc.oneof(
  fc.constant<Limit[]>([]),
  fc
    .record({
      x: fc.integer({ min: 1, max: 2 }),
      y: fc.integer({ min: 1, max: 2 }),
    })
    .map(({ x, y }): Limit[] => [
      { of: "tag x", atOnce: x },
      { of: "tag y", starts: y, per: 20 },
      { of: "task t1", atOnce: 1 },
    ]),
);

/** A flow of up to ten pieces with everything in it that a flow can have. */
export const flows: fc.Arbitrary<Graph> = fc
  .record({
    made: fc.array(pieces(all), { maxLength: 10 }),
    limits,
    timeout: fc.constantFrom(undefined, undefined, 120),
  })
  .map(({ made, limits, timeout }) => build(made, limits, timeout));

/** The same, but such that it succeeds if no attempt fails. */
export const flowsThatCanSucceed: fc.Arbitrary<Graph> = fc
  .array(pieces(lenient), { maxLength: 10 })
  .map((made) => build(made, [], undefined));

function build(
  made: readonly Piece[],
  limits: readonly Limit[],
  timeout: number | undefined,
): Graph {
  const specs: Record<NodeId, TaskSpec> = {};
  /** What later pieces may need, and what may be mapped over, with the levels of maps that it is in. */
  const nodes: NodeId[] = [];
  const lists: { id: NodeId; depth: number }[] = [];
  const resources: { id: NodeId; spec: TaskSpec; within: NodeId[] }[] = [];
  const pick = <T>(from: readonly T[], number: number): T | undefined =>
    from[number % from.length];
  made.forEach((piece, at) => {
    const { retries, retryDelays, retryJitter, timeout, trigger, tags } = piece;
    const options = {
      retries,
      retryDelays,
      retryJitter,
      timeout,
      trigger,
      tags,
      skipOnUpstreamSkip: piece.skipOnUpstreamSkip,
      functions: piece.hasFallback ? (["fallback"] as const) : [],
    };
    const needs = [
      ...new Set(piece.picks.flatMap((number) => pick(nodes, number) ?? [])),
    ];
    const waitFor = piece.waits.flatMap((number) => pick(nodes, number) ?? []);
    const list = pick(lists, piece.picks[0] ?? at);
    const id = `t${at}`;
    const add = (name: NodeId, spec: TaskSpec) => {
      specs[name] = spec;
      return name;
    };
    switch (list || piece.kind !== "map" ? piece.kind : "task") {
      case "task":
        nodes.push(add(id, { ...options, needs, waitFor }));
        lists.push({ id, depth: 0 });
        break;
      case "map": {
        const isFlattened = piece.isFlattened && piece.depth < 3;
        const of = isFlattened ? flatten(list!.id) : list!.id;
        const rest = needs.filter((need) => need !== list!.id).slice(0, 1);
        nodes.push(
          add(id, {
            ...options,
            map: [of],
            depth: piece.depth,
            needs: rest,
            waitFor,
          }),
        );
        lists.push({ id, depth: piece.depth });
        break;
      }
      case "branch": {
        const test = needs[0] ?? value(true);
        const yes = add(`${id}yes`, caseOf(test));
        const no = add(`${id}no`, caseOf(test, { type: "falsy" }));
        const one = list
          ? add(`${id}a`, { ...options, map: [list.id], waitFor: [yes] })
          : add(`${id}a`, { ...options, waitFor: [yes] });
        const two = add(`${id}b`, { ...options, waitFor: [no] });
        nodes.push(add(id, mergeOf([one, yes], [two, no])), one);
        break;
      }
      case "resource": {
        const spec: TaskSpec =
          list && piece.isFlattened
            ? { ...options, map: [list.id] }
            : { ...options, needs };
        nodes.push(add(id, { ...spec, waitFor }));
        lists.push({ id, depth: spec.map ? 1 : 0 });
        resources.push({ id, spec, within: [] });
        break;
      }
      case "gate":
        nodes.push(
          add(id, {
            task: "approve",
            args: [needs[0] ? ref(needs[0]) : value([[[1]]])],
            operator: {
              type: "approve",
              message: "Go on?",
              timeout: piece.timeout,
            },
          }),
        );
        break;
      case "subflow": {
        const within = [id];
        const one = add(`${id}/a`, { ...options, needs, waitFor, within });
        const two = add(`${id}/b`, { ...options, map: [one], within });
        add(id, {
          task: "f",
          args: [ref(two)],
          waitFor: [two],
          operator: {
            type: "flow",
            flow: "f",
            reference: [{ node: piece.isFlattened ? one : two, each: 0 }],
            returns: piece.depth > 1 ? null : { node: two, each: 0 },
          },
        });
        nodes.push(id);
        lists.push({ id, depth: 0 });
        break;
      }
      case "mapped subflow": {
        const of: Template = list ? ref(list.id) : value([1, 2, 3]);
        const inside = [[{ input: "parameters", of }]];
        const element: Template =
          list && list.depth > 0
            ? refEach(list.id)
            : { type: "each", level: 0, of, path: [] };
        const within = [id];
        const one = add(`${id}/a`, {
          ...options,
          inside,
          args: [element],
          within,
        });
        const own = (node: NodeId): Source => ({ node, each: 1 });
        const two = add(`${id}/b`, {
          ...options,
          inside,
          ...(piece.depth > 1
            ? { map: [refEach(one)], depth: piece.depth - 1 }
            : { args: [refEach(one)] }),
          within,
        });
        add(id, {
          task: "f",
          inside,
          args: [refEach(two)],
          waitFor: [own(two)],
          operator: {
            type: "flow",
            flow: "f",
            reference: [own(piece.isFlattened ? one : two)],
            returns: piece.depth > 1 ? null : own(two),
          },
        });
        if (piece.isFlattened)
          resources.push({
            id: one,
            spec: { inside, waitFor: [own(two), own(id)] },
            within,
          });
        nodes.push(id);
        lists.push({ id, depth: 1 });
      }
    }
  });
  const drawn = makeGraph(specs);
  for (const { id, spec, within } of resources) {
    const users = drawn.edges.flatMap(({ from, to }) =>
      from === id ? [to] : [],
    );
    const isMapped = spec.map !== undefined || spec.inside !== undefined;
    specs[`${id}/cleanup`] = {
      task: id,
      cleanupOf: id,
      trigger: { type: "allFinished" },
      skipOnUpstreamSkip: false,
      ...(spec.map ? { map: spec.map } : {}),
      ...(spec.inside ? { inside: spec.inside } : {}),
      args: [isMapped ? refEach(id) : ref(id)],
      waitFor: spec.inside ? (spec.waitFor ?? []) : [...new Set(users)],
      within,
    };
  }
  return makeGraph(specs, { limits, timeout });
}

/** How attempts go. What hangs and has no timeout is left to a cancellation. */
const attempts: fc.Arbitrary<Attempt> = fc.record({
  ends: fc.constantFrom<NonNullable<Attempt["ends"]>[]>(
    "return",
    "return",
    "return",
    "return",
    "return",
    "return",
    "fail",
    "crash",
    "skip",
    "pause",
    "reuse",
    "hang",
  ),
  takes: fc.nat(30),
  startTakes: fc.nat(5),
  commitTakes: fc.nat(5),
  commitFails: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
});

type Script = NonNullable<Settings["script"]>;

/** Every task run returns a list of lists of lists, of lengths that its name decides. */
const listOf = (run: string): unknown => {
  const length = (...numbers: number[]) =>
    Math.floor(chance(hash(run), ...numbers) * 3.5);
  return Array.from({ length: length() }, (_, one) =>
    Array.from({ length: length(one) }, (_, two) =>
      Array.from({ length: length(one, two) }, () => run),
    ),
  );
};

function hash(text: string): number {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + letter.charCodeAt(0)) % 65_521;
  return sum;
}

export const scripts: fc.Arbitrary<Script> = fc
  .array(attempts, { minLength: 40, maxLength: 40 })
  .map((list) => (run, attempt) => {
    const chosen = list[(hash(run) + attempt * 5) % list.length]!;
    const retry: Attempt["retry"] =
      chosen.takes! % 7 === 0 && attempt < 5
        ? { type: "always", after: 3 }
        : chosen.takes! % 5 === 0
          ? { type: "never" }
          : undefined;
    return {
      ...chosen,
      value: listOf(run),
      waits: 40,
      ...(retry ? { retry } : {}),
    };
  });

/** Every attempt returns. */
export const allIsWell: Script = (run) => ({ takes: 1, value: listOf(run) });

/** What people say to what waits for them, and whether they say anything. */
export const persons: fc.Arbitrary<NonNullable<Settings["person"]>> = fc
  .array(
    fc.record({
      isHeard: fc.boolean(),
      declines: fc.constantFrom(false, false, true),
      after: fc.nat(50),
    }),
    { minLength: 10, maxLength: 10 },
  )
  .map((list) => (run) => {
    const { isHeard, declines, after } = list[hash(run) % list.length]!;
    if (!isHeard) return undefined;
    return { answer: { type: declines ? "decline" : "approve" }, after };
  });

/** The same person for tasks and for gates. */
export function answering(
  graph: Graph,
  person: NonNullable<Settings["person"]>,
): NonNullable<Settings["person"]> {
  return (run) => {
    const said = person(run);
    const id = run.replace(/\[.*/, "");
    const node = graph.nodes.find((other) => other.id === id);
    const isGate = node?.kind === "task" && node.operator;
    return said?.answer.type === "approve" && !isGate
      ? { ...said, answer: { type: "resume" } }
      : said;
  };
}

/** Triggers that are functions, and how they answer. */
export const triggersOf = (graph: Graph): NonNullable<Settings["triggers"]> =>
  Object.fromEntries(
    graph.nodes.map(({ id }) => [
      id,
      (upstream) =>
        upstream.length % 3 === 1
          ? { state: "Skipped", message: "not today" }
          : upstream.length % 3 === 2
            ? { state: "TriggerFailed", message: "Trigger failed" }
            : undefined,
    ]),
  );
