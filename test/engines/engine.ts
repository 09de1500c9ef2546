/** What the tests of this folder may do with a browser: little enough that every engine's driver can do it. */

/** A running browser. */
export interface Engine {
  /**
   * A tab with storage of its own, which no other tab sees. What takes longer than most tests is left out where the driver can:
   * the app installs itself if it is `toInstall`, else it may.
   */
  open(what?: { toInstall?: boolean }): Promise<Tab>;
  close(): Promise<void>;
}

/** A tab of a browser, and all that it keeps. */
export interface Tab {
  goto(address: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs a function on the page. It is sent as text: it sees its argument and the page, which it gives plain JSON data back from. */
  evaluate<R, A = undefined>(
    action: (argument: A) => R | Promise<R>,
    argument?: A,
  ): Promise<R>;
  /** Clicks as a person does on the first element that the CSS selector names, once it is there. */
  click(selector: string): Promise<void>;
  /** Types as a person does, into whatever has the focus. */
  type(text: string): Promise<void>;
  /** Presses a key while others are held, such as `press("End", "Control")`. */
  press(key: Key, ...held: readonly Modifier[]): Promise<void>;
  /** Uncaught errors of the page so far; a driver that cannot hear them has none. */
  readonly thrown: readonly string[];
  close(): Promise<void>;
}

export type Key = "End" | "Enter" | "Escape";
export type Modifier = "Control" | "Shift";
