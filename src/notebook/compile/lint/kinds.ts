/** What an expression of a cell is to the body of a flow, given what is known of the cell's variables. */
import type { AnyNode } from "acorn";
import { freeName } from "../script.ts";
import type { CellScript } from "../script.ts";
import type { Binding } from "../scope.ts";
import { isFunction } from "../tree.ts";
import type { FunctionNode } from "../tree.ts";
import { fieldName, findReturns, partOf } from "./parts.ts";

/** A task (or what is called like one), a flow, a ref, an object whose fields are refs, or a list whose elements are refs. */
export type Kind = "task" | "flow" | "ref" | "refs" | "list";

/** What a name that the cell does not define is to other cells: a task, a flow, something else, or (undefined) not theirs. */
export type ForeignKind = (
  name: string,
) => "task" | "flow" | "value" | undefined;

/** What is known of a cell's variables. */
export interface Variables {
  kinds: ReadonlyMap<Binding, Kind>;
  functions: ReadonlyMap<Binding, FunctionNode>;
  /** What variables that never change were defined as. */
  values: ReadonlyMap<Binding, AnyNode>;
  /** Fields of variables that are assigned to. */
  rewritten: ReadonlyMap<Binding, ReadonlySet<string>>;
}

/** Answers about expressions; as good as what is known of the variables at the time. */
export interface Kinds {
  kindOf(node: AnyNode): Kind | undefined;
  /** The name of the language that a callee is, if no cell has taken it for something else. */
  languageName(node: AnyNode): string | undefined;
  /** The function that an expression is or names, if it can be seen. */
  functionOf(node: AnyNode | undefined): FunctionNode | undefined;
  /** What a variable that never changes was defined as; any other expression is itself. */
  valueOf(node: AnyNode): AnyNode;
  /** To be called when more is known of the variables. */
  forget(): void;
}

/** What is called like a task without being defined by a cell. */
export const languageTasks: ReadonlySet<string> = new Set(
  (
    "param when choose merge flatten approve ask sql load readText readBytes readJson readCsv readParquet readExcel " +
    "readSqlite fetchText fetchBytes fetchJson fetchCsv fetchParquet toCsv " +
    "readNdjson readGeoJson readHtmlTable fetchNdjson fetchGeoJson fetchHtmlTable fetchExcel fetchSqlite " +
    "toNdjson toParquet toExcel toSqlite " +
    "fetchPages fetchChanged jsonPath querySql execSql copyTable snapshotTable notifyWebhook notifyBrowser " +
    "showTable showMarkdown showLink showImage showFile showProgress"
  ).split(" "),
);

export function createKinds(
  script: CellScript,
  foreign: ForeignKind,
  variables: Variables,
): Kinds {
  const { bindings } = script.scopes;
  const { rewritten } = variables;
  const returned = new Map<FunctionNode, Kind | undefined>();
  const returns = new Map<FunctionNode, readonly AnyNode[]>();
  /** What is being looked into: guards against what is defined by itself, and against long ways. */
  const open = new Set<AnyNode>();

  function languageName(node: AnyNode): string | undefined {
    const name = freeName(script, node);
    if (name === undefined || node.type !== "Identifier") return undefined;
    return script.imported.has(node.name) || !foreign(name) ? name : undefined;
  }

  function functionOf(node: AnyNode | undefined): FunctionNode | undefined {
    if (!node || isFunction(node)) return node;
    const binding = bindings.get(node);
    return binding && variables.functions.get(binding);
  }

  function valueOf(node: AnyNode): AnyNode {
    const binding = bindings.get(node);
    return (binding && variables.values.get(binding)) ?? node;
  }

  function kindOf(node: AnyNode): Kind | undefined {
    switch (node.type) {
      case "Identifier": {
        const binding = bindings.get(node);
        if (binding) return variables.kinds.get(binding);
        const name = languageName(node);
        if (name !== undefined)
          return languageTasks.has(name) ? "task" : undefined;
        const kind = foreign(node.name);
        return kind === "value" ? undefined : kind;
      }
      case "ChainExpression":
        return kindOf(node.expression);
      case "MemberExpression":
        return kindOfMember(node, kindOf(node.object));
      case "CallExpression":
        return kindOfCall(node);
      case "TaggedTemplateExpression":
        return kindOf(node.tag) === "task" ? "ref" : undefined;
      case "ConditionalExpression":
        return common([node.consequent, node.alternate]);
      case "LogicalExpression": {
        const left = kindOf(node.left);
        // A ref is always true, so which side is taken is known.
        if (left === "ref")
          return node.operator === "&&" ? kindOf(node.right) : "ref";
        return left && kindOf(node.right) === left ? left : undefined;
      }
      case "AssignmentExpression":
        return node.operator === "=" ? kindOf(node.right) : undefined;
      case "SequenceExpression": {
        const last = node.expressions.at(-1);
        return last && kindOf(last);
      }
      case "ArrayExpression":
        return common(node.elements) === "ref" ? "list" : undefined;
      case "ObjectExpression": {
        const values = node.properties.map((property) =>
          property.type === "Property" ? property.value : null,
        );
        return common(values) === "ref" ? "refs" : undefined;
      }
      default:
        return undefined;
    }
  }

  /** What all of these are; undefined if they are not all the same. */
  function common(nodes: readonly (AnyNode | null)[]): Kind | undefined {
    const kinds = new Set(nodes.map((node) => node && kindOf(node)));
    const [kind] = kinds;
    return kinds.size === 1 ? (kind ?? undefined) : undefined;
  }

  function guarded<Key extends AnyNode>(
    key: Key,
    find: (key: Key) => Kind | undefined,
  ): Kind | undefined {
    if (open.has(key) || open.size > 100) return undefined;
    open.add(key);
    const kind = find(key);
    open.delete(key);
    return kind;
  }

  function kindOfMember(
    node: Extract<AnyNode, { type: "MemberExpression" }>,
    of: Kind | undefined,
  ): Kind | undefined {
    const whole = valueOf(node.object);
    const binding = bindings.get(node.object);
    const field = fieldName(node);
    // A field that is given something else later may be tested for that.
    if (field !== undefined && binding && rewritten.get(binding)?.has(field))
      return undefined;
    const part = partOf(whole, node);
    if (part) return guarded(part, kindOf);
    // An object that is written out has no other fields.
    if (field !== undefined && whole.type === "ObjectExpression")
      return undefined;
    switch (of) {
      case "ref":
      case "refs":
        return "ref";
      case "list":
        return node.computed && fieldName(node) === undefined
          ? "ref"
          : undefined;
      default:
        return of && fieldName(node) === "map" ? of : undefined;
    }
  }

  function kindOfCall(
    node: Extract<AnyNode, { type: "CallExpression" }>,
  ): Kind | undefined {
    const { callee } = node;
    const name = languageName(callee);
    if (name === "flow") return "flow";
    if (name === "task" || name === "resource") return "task";
    if (callee.type === "MemberExpression") {
      // Asked once: the calls of a long chain are each other's objects.
      const of = kindOf(callee.object);
      const field = fieldName(callee);
      if (field === "with") return of === "task" ? "task" : undefined;
      const kind = kindOfMember(callee, of);
      if (kind === "task" || kind === "flow") return "ref";
      return field === "map" && (!of || of === "list")
        ? kindOfMapped(node.arguments[0])
        : undefined;
    }
    const kind = kindOf(callee);
    if (kind === "task" || kind === "flow") return "ref";
    const body = functionOf(callee);
    return body && returnedKind(body);
  }

  /** What a plain list becomes that is mapped by a function, or by a task. */
  function kindOfMapped(by: AnyNode | undefined): Kind | undefined {
    if (!by) return undefined;
    const body = functionOf(by);
    const makesRefs = body
      ? returnedKind(body) === "ref"
      : kindOf(by) === "task";
    return makesRefs ? "list" : undefined;
  }

  function returnedKind(body: FunctionNode): Kind | undefined {
    if (body.async || body.generator) return undefined;
    if (returned.has(body)) return returned.get(body);
    const kind = guarded(body, () => {
      let nodes = returns.get(body);
      if (!nodes) returns.set(body, (nodes = findReturns(body)));
      return common(nodes);
    });
    returned.set(body, kind);
    return kind;
  }

  return {
    kindOf,
    languageName,
    functionOf,
    valueOf,
    forget: () => returned.clear(),
  };
}
