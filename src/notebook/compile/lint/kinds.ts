/** What an expression of a cell is to the body of a flow, given what is known of the cell's variables. */
import type { AnyNode } from "acorn";
import type { Binding } from "../scope.ts";
import type { FunctionNode } from "../tree.ts";
import type { Classes } from "./classes.ts";
import {
  foldingMethods,
  kindOfConverted,
  kindOfMethod,
  kindOfSpread,
} from "./collections.ts";
import type { JoinedCells } from "./joined.ts";
import { constantOf } from "./constants.ts";
import { fieldIn, leastLength } from "./fields.ts";
import { fieldName, hasSpread, partOf } from "./parts.ts";
import { createWholes } from "./wholes.ts";
import type { Wholes } from "./wholes.ts";

/**
 * A task (or what is called like one), a flow, a ref, a ref that may be missing, an object of which every field is a ref, one whose
 * fields are refs as far as it has them, a list (or Set) whose elements are refs, a pair of a key and a ref, a list of such pairs,
 * or a Map whose values are refs.
 */
export type Kind =
  | "task"
  | "flow"
  | "ref"
  | "optional"
  | "refs"
  | "record"
  | "list"
  | "entry"
  | "entries"
  | "map";

/** What a name that the cells do not define is to other cells: a task, a flow, something else, or (undefined) not theirs. */
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
  /** Variables whose list or object is changed in ways that are not followed. */
  reshaped: ReadonlySet<Binding>;
  /** Parameters that take the rest of what a function is given. */
  rests: ReadonlySet<Binding>;
}

/** Answers about expressions; as good as what is known of the variables at the time. */
export interface Kinds extends Omit<Wholes, "returnsOf"> {
  kindOf(node: AnyNode): Kind | undefined;
  /** The name of the language that a callee is, if no cell has taken it for something else. */
  languageName(node: AnyNode): string | undefined;
  /** What calls of a function give. */
  returnedKind(body: FunctionNode): Kind | undefined;
  /** What a variable that never changes was defined as; any other expression is itself. */
  valueOf(node: AnyNode): AnyNode;
  /** Whether a list surely has an element at an index. */
  isLongerThan(list: AnyNode, index: number): boolean;
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

/** What all of these are; undefined if they are not all the same. One of several refs may be missing if one of them may. */
function same(all: readonly (Kind | undefined)[]): Kind | undefined {
  const kinds = new Set(all);
  if (kinds.size === 2 && kinds.has("optional")) kinds.delete("ref");
  return kinds.size === 1 ? [...kinds][0] : undefined;
}

export function createKinds(
  { bindings, freeName, isImported }: JoinedCells,
  classes: Classes,
  foreign: ForeignKind,
  variables: Variables,
): Kinds {
  const { rewritten, reshaped, rests } = variables;
  const returned = new Map<FunctionNode, Kind | undefined>();
  const wholes = createWholes(bindings, classes, variables);
  const { wholeOf, functionOf, classOf } = wholes;
  /** What is being looked into: guards against what is defined by itself, and against long ways. */
  const open = new Set<AnyNode>();

  function languageName(node: AnyNode): string | undefined {
    const name = freeName(node);
    if (name === undefined) return undefined;
    return isImported(node) || !foreign(name) ? name : undefined;
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
        if (left === "optional") {
          const right = kindOf(node.right);
          if (node.operator !== "&&") return right;
          return right === "ref" ? "optional" : same([left, right]);
        }
        return left && kindOf(node.right) === left ? left : undefined;
      }
      case "AssignmentExpression":
        return node.operator === "=" ? kindOf(node.right) : undefined;
      case "SequenceExpression": {
        const last = node.expressions.at(-1);
        return last && kindOf(last);
      }
      case "ArrayExpression":
        return kindOfList(node);
      case "ObjectExpression": {
        const kinds = node.properties.map((property) => {
          if (property.type === "Property") return kindOf(property.value);
          const of = kindOf(property.argument);
          return of === "refs" || of === "record" ? "ref" : undefined;
        });
        return same(kinds) === "ref" ? "record" : undefined;
      }
      case "NewExpression": {
        const name = languageName(node.callee);
        const [first] = node.arguments;
        const of = first && kindOfSpread(kindOf(first));
        if (name === "Set" && of === "list") return "list";
        return name === "Map" && of === "entries" ? "map" : undefined;
      }
      default:
        return undefined;
    }
  }

  /** What all of these are. */
  function common(nodes: readonly (AnyNode | null)[]): Kind | undefined {
    return same(nodes.map((node) => (node ? kindOf(node) : undefined)));
  }

  function kindOfList({
    elements,
  }: Extract<AnyNode, { type: "ArrayExpression" }>): Kind | undefined {
    const kinds = elements.map((each) => {
      if (each?.type !== "SpreadElement")
        return each ? kindOf(each) : undefined;
      const of = kindOfSpread(kindOf(each.argument));
      return of === "list" ? "ref" : of && "entry";
    });
    const kind = same(kinds);
    if (kind === "ref") return "list";
    if (kind === "entry") return "entries";
    const isEntry = kinds.length === 2 && kinds[0] === undefined;
    return isEntry && kinds[1] === "ref" && !hasSpread(elements)
      ? "entry"
      : undefined;
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
    const whole = wholeOf(node.object);
    const binding = bindings.get(node.object);
    const field = fieldName(node);
    // A field that is given something else later may be tested for that.
    if (field !== undefined && binding && rewritten.get(binding)?.has(field))
      return undefined;
    const isReshaped = binding !== undefined && reshaped.has(binding);
    const part = isReshaped ? undefined : fieldOf(whole, node);
    if (part) return guarded(part, kindOf);
    const instance = field === undefined ? undefined : classOf(node.object);
    const held =
      instance && variables.kinds.get(classes.fieldOf(instance, field!));
    if (held) return held;
    // An object that is written out has no other fields.
    if (part === null) return undefined;
    switch (of) {
      case "ref":
      case "optional":
        return of;
      case "refs":
        return "ref";
      case "record":
        return "optional";
      case "list":
        return node.computed && field === undefined
          ? kindAt(node.object, constantOf(valueOf(node.property))?.value)
          : undefined;
      case "entry":
        return node.property.type === "Literal" && node.property.value === 1
          ? "ref"
          : undefined;
      case "entries":
      case "map":
        return undefined;
      default:
        return of && fieldName(node) === "map" ? of : undefined;
    }
  }

  /** What a member expression takes of what is written out: null if there is no such field, undefined if that cannot be told. */
  function fieldOf(
    whole: AnyNode,
    node: Extract<AnyNode, { type: "MemberExpression" }>,
  ): AnyNode | null | undefined {
    const field = fieldName(node);
    return whole.type === "ObjectExpression" && field !== undefined
      ? fieldIn(whole, field, wholeOf)
      : partOf(whole, node);
  }

  /** An element of a list of refs: past the end there is none. */
  function kindAt(list: AnyNode, index: unknown): Kind {
    if (typeof index !== "number") return "optional";
    const length = leastLength(list, wholeOf, (node) => {
      const binding = bindings.get(node);
      if (!binding) return undefined;
      if (reshaped.has(binding)) return 0;
      // A list of refs was given at least one.
      return rests.has(binding) ? 1 : undefined;
    });
    return index < length && index >= -length ? "ref" : "optional";
  }

  function isLongerThan(list: AnyNode, index: number): boolean {
    return kindAt(list, index) === "ref";
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
      const isRef = of === "ref" || of === "optional";
      const body = isRef ? undefined : functionOf(callee);
      if (body) return returnedKind(body);
      return kindOfCollected(node, callee, of);
    }
    const kind = kindOf(callee);
    if (kind === "task" || kind === "flow") return "ref";
    const body = functionOf(callee);
    return body && returnedKind(body);
  }

  /** What a method makes of a collection, or a function of the language that is one's field. */
  function kindOfCollected(
    { arguments: given }: Extract<AnyNode, { type: "CallExpression" }>,
    callee: Extract<AnyNode, { type: "MemberExpression" }>,
    of: Kind | undefined,
  ): Kind | undefined {
    const field = fieldName(callee);
    const [first, second] = given;
    const owner = languageName(callee.object);
    if (owner === "Object" || owner === "Array")
      return first && field === "from" && second
        ? kindOfMapped(second)
        : first && kindOfConverted(`${owner}.${field}`, kindOf(first));
    if (field === "map" && (!of || of === "list" || of === "entries"))
      return kindOfMapped(first);
    if (of === "list" && field !== undefined && foldingMethods.has(field)) {
      const body = functionOf(first);
      const folded = body && returnedKind(body);
      return !second || kindOf(second) === folded ? folded : undefined;
    }
    const isTaken = field === "at" || field === "get";
    const found = first && isTaken && elementAt(callee, first);
    if (found) return guarded(found, kindOf);
    if (of === "list" && field === "at" && first)
      return kindAt(callee.object, constantOf(valueOf(first))?.value);
    const isMixed =
      field === "concat" &&
      !given.every((each) => kindOf(each) === of || kindOf(each) === "ref");
    return isMixed ? undefined : kindOfMethod(of, field);
  }

  /** What `.at(0)` and `.get("a")` take out of a list or a Map that is written out. */
  function elementAt(
    callee: Extract<AnyNode, { type: "MemberExpression" }>,
    at: AnyNode,
  ): AnyNode | undefined {
    const whole = wholeOf(callee.object);
    if (whole.type === "ArrayExpression" && fieldName(callee) === "at") {
      const index = constantOf(at)?.value;
      if (typeof index !== "number" || hasSpread(whole.elements))
        return undefined;
      return whole.elements.at(index) ?? undefined;
    }
    if (whole.type !== "NewExpression" || languageName(whole.callee) !== "Map")
      return undefined;
    const [entries] = whole.arguments;
    const key = constantOf(at);
    if (!key || entries?.type !== "ArrayExpression") return undefined;
    const entry = entries.elements.findLast(
      (each) =>
        each?.type === "ArrayExpression" &&
        constantOf(each.elements[0])?.value === key.value,
    );
    return (
      (entry?.type === "ArrayExpression" && entry.elements[1]) || undefined
    );
  }

  /** What a plain list becomes that is mapped by a function, or by a task. */
  function kindOfMapped(by: AnyNode | undefined): Kind | undefined {
    if (!by) return undefined;
    const body = functionOf(by);
    const made = body ? returnedKind(body) : undefined;
    if (made === "entry") return "entries";
    const makesRefs = body ? made === "ref" : kindOf(by) === "task";
    return makesRefs ? "list" : undefined;
  }

  function returnedKind(body: FunctionNode): Kind | undefined {
    if (body.async || body.generator) return undefined;
    if (returned.has(body)) return returned.get(body);
    const kind = guarded(body, () => common(wholes.returnsOf(body)));
    returned.set(body, kind);
    return kind;
  }

  return {
    ...wholes,
    kindOf,
    languageName,
    returnedKind,
    valueOf,
    isLongerThan,
    forget() {
      returned.clear();
      wholes.forget();
    },
  };
}
