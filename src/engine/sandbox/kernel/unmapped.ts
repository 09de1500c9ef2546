const values = new WeakMap<object, unknown>();

/** `unmapped(value)`: says that an argument of a map is the same for every element. Only `.map` understands it. */
export function makeUnmapped(value: unknown): unknown {
  // A function, which cannot be copied: where it does not belong it is noticed.
  const marker = Object.freeze(() => {});
  values.set(marker, value);
  return marker;
}

export function isUnmapped(value: unknown): boolean {
  return typeof value === "function" && values.has(value);
}

/** What stands in `unmapped(...)`; all other values as they are. */
export function unwrapUnmapped(value: unknown): unknown {
  return isUnmapped(value) ? values.get(value as object) : value;
}
