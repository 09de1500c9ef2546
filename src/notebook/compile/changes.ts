/** Which names the units of all cells change, by themselves and by what they call, in whatever cell that is defined. */
import type { FunctionEffects, UnitEffects } from "./effects.ts";
import { itself } from "./places.ts";
import type { Call, Place } from "./places.ts";

/** A unit as far as its changes can be followed. */
export interface ChangingUnit {
  defines: readonly string[];
  /** What it does; one of which nothing is known changes nothing. */
  effects?: UnitEffects;
}

/** What a function is given, and what a method is called on, as names. */
interface Given {
  each: readonly (readonly string[])[];
  on: readonly string[];
}

const nothing: Given = { each: [], on: [] };

/** How many calls are followed from one unit: enough for any real one. */
const mostCalls = 500;

/** Gives what tells the names whose value a unit changes. */
export function findChanges(
  units: readonly ChangingUnit[],
): (unit: ChangingUnit) => ReadonlySet<string> {
  const definitions = new Map<string, UnitEffects>();
  for (const { defines, effects } of units)
    if (effects) for (const name of defines) definitions.set(name, effects);
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
    for (const each of kin)
      for (const place of definitions.get(each)?.partOf ?? [])
        for (const other of ownersOf(place, nothing)) kin.add(other);
    return kin;
  }

  /** What a place has its methods from. */
  function ownersOf(place: Place, given: Given): readonly string[] {
    return typeof place === "object" && place.method === "constructor"
      ? resolve(place.of, given)
      : resolve(place, given);
  }

  /** The functions that a call may mean, and what each of them is given. */
  function functionsOf(
    { of, method, given, on = [] }: Call,
    outer: Given,
  ): { key: string; called: FunctionEffects; given: Given }[] {
    const inner: Given = {
      each: given.map((places) => resolveAll(places, outer)),
      on: resolveAll(on, outer),
    };
    return ownersOf(of, outer).flatMap((owner) =>
      [...kinOf(owner)].flatMap((name) => {
        const definition = definitions.get(name);
        const found =
          method === undefined && definition?.whenCalled
            ? [definition.whenCalled]
            : // `const { fill } = tools` gives a method a name of its own.
              (definition?.methods?.get(method ?? owner) ?? []);
        return found.map((called, index) => ({
          key: JSON.stringify([name, method, index, inner]),
          ...{ called, given: inner },
        }));
      }),
    );
  }

  /** The names that a place stands for in a function that is given something. */
  function resolve(place: Place, given: Given): readonly string[] {
    if (typeof place === "string") return [place];
    if (place === itself) return given.on;
    if (typeof place === "number") return given.each[place] ?? [];
    // What is made by a class may hold all that it was given.
    if (place.method === "constructor")
      return resolveAll(place.given.flat(), given);
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

  return ({ effects }) => {
    const assigned = new Set<string>();
    const changed = new Set<string>();
    const done = new Set<string>();

    function take(
      effects: Pick<FunctionEffects, "assigned" | "changed" | "calls">,
      given: Given,
    ): void {
      for (const name of effects.assigned) assigned.add(name);
      for (const name of resolveAll(effects.changed, given)) changed.add(name);
      for (const call of effects.calls)
        for (const found of functionsOf(call, given)) {
          if (done.has(found.key) || done.size > mostCalls) continue;
          done.add(found.key);
          take(found.called, found.given);
        }
    }

    if (effects) take(effects, nothing);
    // What changes in a part changes the whole.
    for (const name of changed)
      for (const whole of resolveAll(
        definitions.get(name)?.partOf ?? [],
        nothing,
      ))
        changed.add(whole);
    return new Set([...assigned, ...changed]);
  };
}
