import { FlowError } from "../../../core/errors.ts";
import { type Source, type Template } from "../../../core/graph.ts";
import { isRunByRun, visitRefs } from "../../../core/graphIndex.ts";
import { checkParameter, type Parameter } from "../../../core/parameter.ts";
import { checkNames, noSet, notTaken } from "../../../core/template.ts";
import { followTemplate } from "./follow.ts";
import { checkItems, knownItems } from "./mapLevels.ts";
import { refOf } from "./refs.ts";
import { isConstant, isStructure } from "./template.ts";
import type { Tracer } from "./tracer.ts";
import { isUnmapped } from "./unmapped.ts";

/** What a sub-flow is called with. */
export interface GivenParameters {
  /** The value of a parameter of the sub-flow's. Constants are checked at once. */
  templateOf(parameter: Parameter): Template;
  /** What has to be there before anything of the sub-flow starts. */
  sources: readonly Source[];
  /** The names that were given, as far as they are known, each with where. */
  names: readonly string[];
  /** The names that the flow has, once they are known. */
  known: string[];
}

type Entries = ReadonlyMap<string, Template>;

/** The parameters of a call of a flow: an object with refs anywhere inside, or a ref of one. */
export function readGiven(
  tracer: Tracer,
  flow: string,
  given: unknown,
): GivenParameters {
  const ref = refOf(given);
  const whole = ref
    ? tracer.template(given, `the argument of ${flow}`, flow)
    : undefined;
  const known: string[] = [];
  const set = { flow, names: known };
  if (whole && !isConstant(whole))
    return {
      templateOf: (parameter) => ({
        type: "parameter",
        of: followTemplate(whole, parameter.name, flow),
        parameter,
        path: [],
        ...("path" in whole ? { set } : {}),
      }),
      sources: sourcesOf(tracer, [whole]),
      names: [],
      known,
    };
  const entries = readEntries(tracer, flow, whole ? whole.value : given);
  return {
    templateOf: (parameter) => fill(flow, parameter, entries),
    sources: sourcesOf(tracer, entries.values()),
    names: [...entries.keys()],
    known,
  };
}

/** The parameters of a map of a flow: a list of objects. `level` is that of the map. */
export function readGivenList(
  tracer: Tracer,
  flow: string,
  given: unknown,
  level: number,
): GivenParameters & { list: Template } {
  if (given === undefined || isUnmapped(given))
    throw new FlowError(
      "flow-body",
      `${flow}.map takes a list with the parameters of each run: ${flow}.map([{ airport: "IAD" }, { airport: "JFK" }]).`,
    );
  const list = tracer.template(given, `the list of ${flow}.map`, "list");
  checkItems(list, `The list of ${flow}.map`);
  const sets = (knownItems(list) ?? []).map((item, index) =>
    readSet(flow, item, index),
  );
  const known: string[] = [];
  const set = { flow, names: known };
  const runByRun = isRunByRun(list, level, tracer.drawing.depthOf);
  return {
    list,
    templateOf(parameter) {
      for (const one of sets) if (one) fill(flow, parameter, one);
      const { name } = parameter;
      return {
        type: "parameter",
        of: runByRun
          ? { ...list, each: level + 1, path: [name] }
          : { type: "each", level, of: list, path: [name] },
        parameter,
        path: [],
        set,
      };
    },
    sources: runByRun ? [{ node: list.node, each: level + 1 }] : [],
    names: sets.flatMap((one) => [...(one?.keys() ?? [])]),
    known,
  };
}

/** Refuses names that are no parameters of the flow; these are known once its body has run. */
export function refuseUnknown(
  flow: string,
  given: GivenParameters,
  known: Iterable<string>,
): void {
  given.known.push(...known);
  checkNames(flow, given.names, given.known);
}

function readEntries(tracer: Tracer, flow: string, given: unknown): Entries {
  if (given === undefined) return new Map();
  if (!isStructure(given) || Array.isArray(given)) throw noSet(flow, given);
  return new Map(
    Object.entries(given).map(([name, value]) => [
      name,
      tracer.template(value, `the parameter ${name} of ${flow}`, name),
    ]),
  );
}

/** One set of parameters in a list; undefined if it is known only when the flow runs. */
function readSet(
  flow: string,
  item: Template,
  index: number,
): Entries | undefined {
  if (item.type === "object") return new Map(item.entries);
  if (item.type !== "value") return undefined;
  if (!isStructure(item.value) || Array.isArray(item.value))
    throw noSet(`${flow}.map, element ${index}`, item.value);
  return new Map(
    Object.entries(item.value).map(([name, value]) => [
      name,
      { type: "value", value: value as unknown },
    ]),
  );
}

function fill(flow: string, parameter: Parameter, entries: Entries): Template {
  const of: Template = entries.get(parameter.name) ?? {
    type: "value",
    value: undefined,
  };
  if (of.type !== "value")
    return { type: "parameter", of, parameter, path: [] };
  try {
    return { type: "value", value: checkParameter(parameter, of.value) };
  } catch (thrown) {
    throw notTaken(flow, thrown);
  }
}

/** The tasks that templates refer to; parameters of the flow around are there from the start. */
function sourcesOf(tracer: Tracer, templates: Iterable<Template>): Source[] {
  const sources: Source[] = [];
  for (const template of templates)
    visitRefs(template, (source) => {
      if (tracer.drawing.nodes.get(source.node)?.kind === "task")
        sources.push(source);
    });
  return sources;
}
