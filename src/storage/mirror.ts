/**
 * What was kept in this browser, as remembered outside of IndexedDB: when IndexedDB is lost (the browser deletes it when it
 * finds it damaged, and tells nobody), an empty store must not look like a new notebook.
 */
const name = "flowbook:kept";
/** A run commits hundreds of times a second. */
const delay = 500;

/** What was known of a notebook. */
export interface Remembered {
  title: string;
  /** The generation that its store had reached at least. */
  generation: number;
}

export class Mirror {
  /** What is not written yet, by id. */
  readonly #changed = new Map<string, Remembered>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** All notebooks that were kept in this browser, by id. */
  get notebooks(): Readonly<Record<string, Remembered>> {
    return { ...read(), ...Object.fromEntries(this.#changed) };
  }

  /** Remembers what is known now; a generation only grows. */
  note(id: string, { title, generation = 0 }: Partial<Remembered>): void {
    const known = this.#changed.get(id) ?? read()[id];
    const next = {
      title: title ?? known?.title ?? "",
      generation: Math.max(generation, known?.generation ?? 0),
    };
    if (known?.title === next.title && known.generation === next.generation)
      return;
    this.#changed.set(id, next);
    this.#timer ??= setTimeout(() => this.flush(), delay);
  }

  /** The notebook was deleted, or its loss was accepted. */
  forget(id: string): void {
    this.#changed.delete(id);
    const { [id]: _, ...others } = read();
    write(others);
  }

  /** Writes what is not written yet: the page may be closing. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#changed.size > 0) write(this.notebooks);
    this.#changed.clear();
  }
}

/** What is not of this form, as a newer version may write it, is not known. */
function read(): Record<string, Remembered> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(name) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    return Object.fromEntries(
      Object.entries(kept).filter(([, value]) => isRemembered(value)),
    );
  } catch {
    return {};
  }
}

function isRemembered(value: Partial<Remembered> | null): value is Remembered {
  return (
    typeof value?.title === "string" && typeof value.generation === "number"
  );
}

function write(notebooks: Readonly<Record<string, Remembered>>): void {
  try {
    localStorage.setItem(name, JSON.stringify(notebooks));
  } catch {
    // Without localStorage there is nothing to remember with.
  }
}
