import type { Job } from "./job.ts";

const {
  defineProperty,
  deleteProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  ownKeys,
} = Reflect;

/** Whose functions are watched. */
const names =
  "Promise,Array,Map,Set,Object,Function,String,Number,BigInt,Date,RegExp,Error,JSON,Math,Reflect,WeakMap,Uint8Array".split(
    ",",
  );

type Holder = Record<PropertyKey, unknown>;

const promises = Promise.prototype;
const lists = Array.prototype;
const listIterators = getPrototypeOf([].values()) as Iterator<unknown>;
const iterator: typeof Symbol.iterator = Symbol.iterator;

/** What jobs are done with, however many: it is compared more often than all the rest. */
function readFew() {
  return {
    then: promises.then,
    push: lists.push,
    iterate: lists[iterator],
    next: listIterators.next,
  };
}

/** A function by the name that it has in an object. */
interface Property extends PropertyDescriptor {
  owner: string;
  holder: Holder;
  key: PropertyKey;
}

/**
 * The functions that all code of a worker has in common. What a job changes about them is put back at its end: the kernel
 * needs them to answer, and so do the jobs after it. What cells change while they are evaluated stays, as a polyfill should.
 */
export class BuiltIns {
  #properties: Property[] = [];
  /** What cells have added to all objects or lists. */
  #added: object = Object.create(null) as object;
  #few = readFew();

  /** Watches the built-ins, and the names in the scope of cells; not the many interfaces of browsers. */
  watch(scope: object): void {
    this.#add("Array iterator", listIterators);
    for (const name of names) {
      const holder = (globalThis as unknown as Holder)[name] as Holder;
      if (holder.prototype)
        this.#add(`${name}.prototype`, holder.prototype as Holder);
      this.#add(name, holder);
    }
    const own = ownKeys(scope).filter((key) => /^[a-z]/.test(String(key)));
    this.#add("globalThis", scope, [...own, ...names]);
  }

  #add(owner: string, holder: object, keys = ownKeys(holder)): void {
    for (const key of keys) {
      const property = getOwnPropertyDescriptor(holder, key);
      if (typeof property?.value === "function" && property.configurable)
        this.#properties.push({
          ...property,
          owner,
          holder: holder as Holder,
          key,
        });
    }
  }

  /** Takes them as they are now: a cell has been evaluated. */
  keep(): void {
    this.#few = readFew();
    for (const property of this.#properties)
      property.value = property.holder[property.key];
    for (const key in []) Object.assign(this.#added, { [key]: true });
  }

  /** Puts back what was changed since, and says so in the log of the job. Until then nothing is used that may have been changed. */
  mend(job?: Job): void {
    let changed: Pick<Property, "owner" | "key"> | undefined;
    for (let at = 0; at < this.#properties.length; at += 1) {
      const property = this.#properties[at]!;
      const { holder, key } = property;
      if (holder[key] === property.value) continue;
      changed ??= property;
      defineProperty(holder, key, property);
    }
    for (const key in [])
      if (!(key in this.#added)) {
        changed ??= { owner: "Object.prototype", key };
        deleteProperty(Object.prototype, key);
        deleteProperty(Array.prototype, key);
      }
    if (!changed || !job) return;
    job.log("warning", [
      `This task changed ${changed.owner}.${String(changed.key)}, which other tasks need as it is, so it was put back.`,
    ]);
    job.post({ type: "spoiled", job: job.number });
  }

  /**
   * The same, if what jobs are done with was changed: between the attempts of a batch, and where all was looked at just before. To
   * compare all takes longer than many an attempt.
   */
  mendFew(job?: Job): void {
    const { then, push, iterate, next } = this.#few;
    if (
      promises.then !== then ||
      lists.push !== push ||
      lists[iterator] !== iterate ||
      listIterators.next !== next
    )
      this.mend(job);
  }
}
