/** Which names the units of all cells change, by themselves and by what they call, in whatever cell that is defined. */
import type { FunctionEffects, UnitEffects } from "./effects.ts";
import { isAccess, iterator } from "./accesses.ts";
import { itself } from "./places.ts";
import type { Call, Place } from "./places.ts";
import { wordSet } from "./wordSet.ts";

/** A unit as far as its changes can be followed. */
export interface ChangingUnit {
  defines: readonly string[];
  refersTo?: readonly string[];
  /** What it does; one of which nothing is known changes nothing. */
  effects?: UnitEffects;
}

/** What a function is given, and what a method is called on, as names. */
interface Given {
  each: readonly (readonly string[])[];
  on: readonly string[];
}

const nothing: Given = { each: [], on: [] };

type Effects = Pick<
  FunctionEffects,
  "assigned" | "changed" | "calls" | "accesses" | "puts"
> &
  Partial<Pick<FunctionEffects, "shares">>;

/** A function that a call may mean. */
interface Found {
  key: string;
  called: FunctionEffects;
  given: Given;
}

/** What a name is given where it is defined. */
type Definition = UnitEffects & { isUnnamed?: boolean };

/** How many calls are followed from one unit: enough for any real one. */
const mostCalls = 500;

/** How many functions that give functions are followed from one to the next. */
const mostMakers = 4;

/** How much is looked at in all cells together. What is beyond may change whatever it names. */
const mostSteps = 50_000;

/** What there is of functions that have no name of their own, apart from what they do when they are called. */
const unnamed = { partOf: [], isUnnamed: true };

const language = wordSet("task flow resource");

/** Gives what tells the names whose value a unit changes. */
export function findChanges(
  units: readonly ChangingUnit[],
): (unit: ChangingUnit) => ReadonlySet<string> {
  const definitions = new Map<string, Definition>();
  /** Names of which only a package knows what they are. */
  const foreign = new Set<string>();
  let steps = 0;
  /** What accesses may call, in any cell. */
  const accessors = new Set<string>();
  const accessesKnown = new WeakMap<Effects, readonly Call[]>();
  for (const { defines, effects } of units) {
    for (const name of defines)
      if (effects) definitions.set(name, effects);
      else foreign.add(name);
    if (effects) register(effects);
  }

  function register({
    functions,
    methods,
    whenCalled,
  }: Partial<UnitEffects>): void {
    for (const [name, called] of functions ?? []) {
      definitions.set(name, {
        ...{ ...called, ...unnamed, whenCalled: called },
      });
      register(called);
    }
    for (const [name, each] of methods ?? []) {
      if (isAccess(name)) accessors.add(name);
      for (const method of each) register(method);
    }
    if (whenCalled) register(whenCalled);
  }

  /** What effects call without calls, as far as there is anything to be called. */
  function accessesOf(effects: Effects): readonly Call[] {
    if (accessors.size === 0) return [];
    let calls = accessesKnown.get(effects);
    if (!calls) {
      calls = effects.accesses.flatMap((access) =>
        mayCall(access.method) ? access.calls() : [],
      );
      accessesKnown.set(effects, calls);
    }
    return calls;
  }

  function mayCall(method: string): boolean {
    if (accessors.has(method)) return true;
    const kind = method.slice(0, 4);
    return method === kind
      ? [...accessors].some((accessor) => accessor.startsWith(kind))
      : accessors.has(kind);
  }
  /** What names were given after their definition. */
  const parts = new Map<string, Set<string>>();
  const wholesKnown = new Map<string, Set<string>>();
  const kinships = new Map<string, ReadonlySet<string>>();
  /** What calls give, by what they are and are given. */
  const results = new Map<string, readonly string[]>();

  /** The names that have what a name has: what it is another name for, the class that made it, and what that extends. */
  function kinOf(name: string): ReadonlySet<string> {
    const known = kinships.get(name);
    if (known) return known;
    const kin = new Set([name]);
    // What is made by what it has itself gets here again.
    kinships.set(name, kin);
    for (const each of kin) {
      for (const other of parts.get(each) ?? []) kin.add(other);
      for (const place of definitions.get(each)?.partOf ?? [])
        for (const other of ownersOf(place, nothing)) kin.add(other);
    }
    steps += kin.size;
    return kin;
  }

  /** What a place has its methods from. */
  function ownersOf(place: Place, given: Given): readonly string[] {
    return typeof place === "object" && place.method === "constructor"
      ? resolve(place.of, given)
      : resolve(place, given);
  }

  /** Whether what a name has by its definition is all that a call of it can mean. */
  function hasOwn(name: string, method: string | undefined): boolean {
    const definition = definitions.get(name);
    return (
      !parts.has(name) &&
      (method === undefined
        ? definition?.whenCalled !== undefined
        : definition?.methods?.has(method) === true &&
          !definition.methods.has(""))
    );
  }

  /** The functions that a call may mean, and what each of them is given. */
  function functionsOf(
    { of, method, given, on = [] }: Call,
    outer: Given,
    depth = 0,
  ): Found[] {
    if (steps > mostSteps) return [];
    const inner: Given = {
      each: given.map((places) => resolveAll(places, outer)),
      on: [
        ...new Set([
          ...resolveAll(on, outer),
          ...on.flatMap((place) => ownersOf(place, outer)),
        ]),
      ],
    };
    const owners = ownersOf(of, outer);
    const kin = [
      ...new Set(
        owners.flatMap((owner) =>
          hasOwn(owner, method) ? [owner] : [...kinOf(owner)],
        ),
      ),
    ];
    steps += 1 + kin.length;
    if (steps > mostSteps) return [];
    const found = kin.flatMap((name) => {
      const definition = definitions.get(name);
      const functions =
        definition?.whenCalled &&
        // What one that was put into something is called there, nobody knows.
        (method === undefined || (definition.isUnnamed && !isAccess(method)))
          ? [definition.whenCalled]
          : // `const { fill } = tools` gives a method a name of its own.
            owners.flatMap((owner) =>
              methodsOf(definition, method ?? owner, method !== undefined),
            );
      return functions.map((called, index) => ({
        key: JSON.stringify([name, method, index, inner]),
        ...{ called, given: inner },
      }));
    });
    if (method === "constructor" || depth > mostMakers) return found;
    if (method !== undefined && isAccess(method)) return found;
    const made = makersOf(of, kin, outer, depth).map((maker) => ({
      key: `${maker.key} ${JSON.stringify(inner)}`,
      called: maker.called,
      given: join(maker.given, inner),
    }));
    if (found.length > 0) return [...found, ...made];
    for (const name of kin)
      for (const [index, called] of (
        definitions.get(name)?.made ?? []
      ).entries())
        made.push({
          key: JSON.stringify([name, "made", index, inner]),
          ...{ called, given: inner },
        });
    return made;
  }

  /** Functions that were made by what gave what is called, which may be any of them. */
  function makersOf(
    of: Place,
    kin: readonly string[],
    outer: Given,
    depth: number,
  ): Found[] {
    const calls: [Place, Given][] = [[of, outer]];
    for (const name of kin)
      for (const place of definitions.get(name)?.partOf ?? [])
        calls.push([place, nothing]);
    return calls.flatMap(([place, around]) =>
      typeof place !== "object" || place.method === "constructor"
        ? []
        : functionsOf(place, around, depth + 1).flatMap(
            ({ key, called, given }) =>
              withinOf(called).map((made, index) => ({
                key: `${key} made ${index}`,
                ...{ called: made, given },
              })),
          ),
    );
  }

  /** The names that a place stands for in a function that is given something. */
  function resolve(place: Place, given: Given): readonly string[] {
    if (typeof place === "string") return [place];
    if (place === itself) return given.on;
    if (typeof place === "number") return given.each[place] ?? [];
    // What is made by a class may hold all that it was given, and what the class has.
    if (place.method === "constructor")
      return [
        ...resolveAll(place.given.flat(), given),
        ...resolve(place.of, given).flatMap((name) =>
          [...kinOf(name)].filter((kin) => !definitions.get(kin)?.isClass),
        ),
      ];
    return functionsOf(place, given).flatMap((found) => {
      const known = results.get(found.key);
      if (known || results.size > mostCalls) return known ?? [];
      results.set(found.key, []);
      const names = resolveAll(found.called.returned, found.given);
      results.set(found.key, names);
      return names;
    });
  }

  function resolveAll(places: readonly Place[], given: Given): string[] {
    return [
      ...new Set(places.flatMap((place) => resolve(place, given))),
    ].sort();
  }

  /** Follows what a unit does. */
  function follow(
    effects: Effects | undefined,
    visit: (effects: Effects, given: Given) => void,
  ): void {
    const done = new Set<string>();
    function take(effects: Effects, given: Given): void {
      visit(effects, given);
      for (const call of [...effects.calls, ...accessesOf(effects)])
        for (const found of functionsOf(call, given)) {
          if (done.has(found.key) || done.size > mostCalls) continue;
          done.add(found.key);
          take(found.called, found.given);
        }
    }
    if (effects) take(effects, nothing);
  }

  /** Names that a name has parts of. A function or a task stays what it is, whatever happens to what it is put into. */
  function wholesOf(name: string): Set<string> {
    const known = wholesKnown.get(name);
    if (known) return known;
    const wholes = new Set(parts.get(name));
    const { partOf = [] } = definitions.get(name) ?? {};
    for (const whole of resolveAll(partOf, nothing)) wholes.add(whole);
    for (const whole of wholes) {
      const definition = definitions.get(whole);
      if (
        definition?.whenCalled ||
        definition?.partOf.some(
          (place) =>
            typeof place === "object" &&
            typeof place.of === "string" &&
            language.has(place.of),
        )
      )
        wholes.delete(whole);
    }
    wholesKnown.set(name, wholes);
    return wholes;
  }

  function addParts(name: string, values: readonly string[] = []): void {
    const others = parts.get(name) ?? new Set();
    for (const value of values) if (value !== name) others.add(value);
    if (others.size > 0) parts.set(name, others);
  }

  for (const { effects } of units)
    follow(effects, ({ puts, shares = [] }, given) => {
      for (const [index, name] of shares) addParts(name, given.each[index]);
      for (const { into, what } of puts) {
        const values = resolveAll(what, given);
        for (const name of resolveAll(into, given)) addParts(name, values);
      }
    });
  kinships.clear();
  results.clear();

  return ({ effects, refersTo = [] }) => {
    const assigned = new Set<string>();
    const changed = new Set<string>();
    follow(effects, (done, given) => {
      for (const name of done.assigned) assigned.add(name);
      for (const name of resolveAll(done.changed, given)) changed.add(name);
      for (const { of, given: passed, isForEffect } of done.calls)
        if (isForEffect && resolve(of, given).some((name) => foreign.has(name)))
          for (const name of resolveAll(passed.flat(), given))
            changed.add(name);
    });
    const mayCallMore =
      effects && (effects.calls.length > 0 || accessesOf(effects).length > 0);
    if (steps > mostSteps && mayCallMore)
      for (const name of refersTo) changed.add(name);
    // What changes in a part changes the whole.
    for (const name of changed)
      for (const whole of wholesOf(name)) changed.add(whole);
    return new Set([...assigned, ...changed]);
  };
}

/** Functions within a function, however deep. */
function withinOf({ made }: FunctionEffects): FunctionEffects[] {
  return made.flatMap((one) => [one, ...withinOf(one)]);
}

/** The methods of a name; those of a name that is worked out may be any. */
function methodsOf(
  definition: UnitEffects | undefined,
  method: string,
  isSure: boolean,
): readonly FunctionEffects[] {
  const { methods } = definition ?? {};
  if (!methods) return [];
  if (method === iterator)
    return (methods.get(method) ?? []).flatMap((one) => [
      one,
      ...withinOf(one),
    ]);
  if (isAccess(method)) {
    const kind = method.slice(0, 4);
    return method === kind
      ? [...methods].flatMap(([name, each]) =>
          name.startsWith(kind) ? each : [],
        )
      : [...(methods.get(method) ?? []), ...(methods.get(kind) ?? [])];
  }
  if (method === "") return [...methods.values()].flat();
  return [
    ...(methods.get(method) ?? []),
    ...(isSure && method !== "constructor" ? (methods.get("") ?? []) : []),
  ];
}

function join(one: Given, other: Given): Given {
  const count = Math.max(one.each.length, other.each.length);
  return {
    each: Array.from({ length: count }, (_, index) => [
      ...new Set([...(one.each[index] ?? []), ...(other.each[index] ?? [])]),
    ]),
    on: [...new Set([...one.on, ...other.on])],
  };
}
