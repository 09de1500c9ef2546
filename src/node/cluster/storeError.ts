import { FlowError } from "../../core/errors.ts";

/**
 * What kept a store from doing what it was asked. It is `refused` as long as address, keys and folder are what they are; what
 * is `missing` may be on its way; and `failing` may be over in a moment.
 */
export type StoreTrouble = "refused" | "missing" | "failing";

/** A store that all machines reach did not do what it was asked. */
export class StoreError extends FlowError {
  readonly trouble: StoreTrouble;

  constructor(trouble: StoreTrouble, message: string, cause?: unknown) {
    super("storage-failed", message, { cause });
    this.trouble = trouble;
  }
}
