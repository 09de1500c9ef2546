/// <reference path="./flowbook.d.ts" />

// What the language speaks of and only browsers have: empty where nothing else declares it.
interface ImageData {}
interface ImageBitmap {}
interface OffscreenCanvas {}

// What a program in Node gets besides the language of notebooks.
declare module "flowbook" {
  /** How {@link run} runs. */
  export interface RunOptions {
    /** The flow of a notebook file; else its only or first one. */
    flow?: string
    parameters?: Readonly<Record<string, unknown>>
    from?: string
    to?: string
    /** The SQLite file; else beside the notebook, and for a flow of the program's own one that is deleted. */
    database?: string
    /** Goes on with the last run. */
    resume?: boolean
    /** Origins that tasks of a notebook may contact; else all. */
    hosts?: readonly string[]
    /** How many tasks of a notebook at once. */
    workers?: number
    /** Has tasks of a notebook run on other machines: `bullmq://host:6379`. */
    executor?: string
    /** What all machines reach, for what is too large for the queue: `file:///mnt/shared` or `s3://bucket/folder`. */
    store?: string
  }

  /** A flow run: plain data, moments as ISO 8601 text. */
  export interface RunReport {
    id: string
    flow: string
    state: State
    message?: string
    result?: unknown
    parameters: Record<string, unknown>
    startedAt: string
    endedAt?: string
    tasks: {
      id: string
      name: string
      state: State
      message?: string
      /** Where in the notebook the error was raised by which it failed: the cell, and lines and columns from 1. */
      place?: { cell: string; line: number; column: number }
      attempts: number
      mapIndex?: number
      startedAt?: string
      endedAt?: string
      result?: unknown
      children?: {
        index: number
        name?: string
        state: State
        message?: string
        place?: { cell: string; line: number; column: number }
        attempts: number
        result?: unknown
      }[]
    }[]
  }

  /**
   * Runs a notebook file, in threads or on other machines; or a flow of this program, in this thread, one task at a time. A
   * task that was defined in a program is called as its function or its option `name` is.
   */
  export function run(what: string | { readonly name: string } | Flow<any, any>, options?: RunOptions): Promise<RunReport>
}
