/** What a task will be called with, as far as that is known before the run: constants and parameters. */
import { identify, type CacheIdentity, type Dependencies } from "./cache.ts";
import { flowAround } from "./graphIndex.ts";
import type { GraphIndex } from "./graphIndex.ts";
import type { TaskNode, Template } from "./graph.ts";
import { versionOf } from "./keys.ts";
import { sizeOf } from "./sizeOf.ts";
import { resolveTemplate, toList } from "./template.ts";
import type { Values } from "./template.ts";

/** What a run is prepared with. */
export interface Prepared {
  parameters: Readonly<Record<string, unknown>>;
  program: {
    versions: Readonly<Record<string, string>>;
    usesContext: readonly string[];
  };
}

/** Of so many calls, and of so many bytes of arguments, the identities are found. */
const mostCalls = 1000;
const mostBytes = 4e6;

/** The identities of a task's calls, as the run will find them: one, or one for each element; undefined if not all is known. */
export function knownIdentities(
  index: GraphIndex,
  node: TaskNode,
  { parameters, program }: Prepared,
): CacheIdentity[] | undefined {
  if (node.options.functions.includes("cacheKey")) return undefined;
  try {
    return identitiesOf(index, node, { parameters, program });
  } catch {
    // The result of a task, or what cannot be told by its content or does not fit: the run says so.
    return undefined;
  }
}

function identitiesOf(
  index: GraphIndex,
  node: TaskNode,
  { parameters, program }: Prepared,
): CacheIdentity[] | undefined {
  const { cacheKey } = node.options;
  const version = versionOf(node, program.versions);
  const place: number[] = [];
  /** For each level the lists that it goes over, at the place of the levels above. */
  const lists: Map<Template, readonly unknown[]>[] = [];
  const values: Values = {
    place,
    listOf(of, level) {
      let list = lists[level]!.get(of);
      if (!list) {
        list = toList(resolveTemplate(of, values), () => "");
        lists[level]!.set(of, list);
      }
      return list;
    },
    valueOf(id) {
      const source = index.nodes[index.numberOf.get(id)!]!;
      if (source.kind === "task") throw new NotKnown();
      return parameters[source.name];
    },
  };
  const more = (): Dependencies => {
    const own = flowAround(index, node)?.parameters;
    return {
      ...(cacheKey === undefined ? {} : { cacheKey }),
      ...(program.usesContext.includes(node.task)
        ? {
            "the parameters": own ? resolveTemplate(own, values) : parameters,
          }
        : {}),
    };
  };
  const found: CacheIdentity[] = [];
  let bytes = 0;
  const visit = (level: number): boolean => {
    const inputs = node.over[level];
    if (!inputs) {
      const args = node.args.map((arg) => resolveTemplate(arg, values));
      bytes += sizeOf(args);
      if (found.length === mostCalls || bytes > mostBytes) return false;
      found.push(identify(version, args, node.inputs ?? [], more()));
      return true;
    }
    lists[level] = new Map();
    const [count, other] = new Set(
      inputs.map(({ of }) => values.listOf!(of, level).length),
    );
    if (other !== undefined) return false;
    for (let at = 0; at < count!; at += 1) {
      place[level] = at;
      if (!visit(level + 1)) return false;
    }
    place.length = level;
    return true;
  };
  return visit(0) ? found : undefined;
}

class NotKnown extends Error {}
