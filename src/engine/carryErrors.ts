import { transferHandlers } from "comlink";
import {
  FlowError,
  fromErrorData,
  toErrorData,
  type ErrorData,
} from "../core/errors.ts";

/** Lets our errors keep their code and place when they cross from worker to worker over Comlink. Both sides call it once. */
export function carryErrors(): void {
  const handler = transferHandlers.get("throw");
  if (!handler) throw new Error("Comlink has no handler for errors.");
  transferHandlers.set("throw", {
    canHandle: handler.canHandle,
    serialize(thrown: unknown) {
      const { value } = thrown as { value: unknown };
      const data: ErrorData =
        value instanceof FlowError || value instanceof Error
          ? toErrorData(value)
          : { name: "Error", message: String(value) };
      return [data, []];
    },
    deserialize(data: unknown): never {
      throw fromErrorData(data as ErrorData);
    },
  });
}
