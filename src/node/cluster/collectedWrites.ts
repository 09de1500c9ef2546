import { FlowError } from "../../core/errors.ts";
import type { CheckedData } from "../../engine/guard.ts";
import {
  serveDataPort,
  type DataPort,
} from "../../engine/database/dataPort.ts";
import type {
  DataCall,
  LoadReport,
  LoadRequest,
} from "../../engine/protocol.ts";

/**
 * Stands for the database where a task runs on another machine than that has it. What the task writes is collected and sent
 * with its result. Where the answer depends on what is in the database, the coordinator is asked: it does what the task has
 * done so far and this, answers, and takes it back. A load that appends or replaces needs no asking.
 */
export class CollectedWrites {
  readonly #rehearse: (calls: readonly DataCall[]) => Promise<unknown>;
  readonly #port: DataPort;
  readonly #loads = new Map<
    number,
    { request: LoadRequest; calls: DataCall[]; rows: number }
  >();
  readonly #writes: DataCall[] = [];

  constructor(
    port: MessagePort,
    mayWrite: boolean,
    rehearse: (calls: readonly DataCall[]) => Promise<unknown>,
  ) {
    this.#rehearse = rehearse;
    this.#port = serveDataPort(port, (call) => {
      if (!mayWrite && call.method !== "query")
        throw new FlowError(
          "read-only",
          "Only a task can change the database, and this is not one.",
        );
      return this.#carryOut(call);
    });
  }

  /** All that was written, when every call that has come is answered. */
  async take(): Promise<readonly DataCall[]> {
    await this.#port.settled();
    this.#port.close();
    const [unfinished] = this.#loads.values();
    // The database says what is wrong about that, as it would for a task on its own machine.
    return unfinished ? [...this.#writes, ...unfinished.calls] : this.#writes;
  }

  close(): void {
    this.#port.close();
  }

  async #carryOut(checked: CheckedData): Promise<unknown> {
    const call = toCall(checked);
    switch (call.method) {
      case "query":
        return this.#rehearse([...this.#writes, call]);
      case "exec": {
        const value = await this.#rehearse([...this.#writes, call]);
        this.#writes.push(call);
        return value;
      }
      case "load-begin":
        this.#loads.set(call.load, {
          request: call.request,
          calls: [call],
          rows: 0,
        });
        return undefined;
      case "load-rows": {
        const load = this.#find(call.load);
        load.calls.push(call);
        load.rows += call.batch.rows;
        return undefined;
      }
      case "load-end":
        return this.#endLoad(call);
      case "load-abort":
        this.#loads.delete(call.load);
        return undefined;
      default:
        return call satisfies never;
    }
  }

  async #endLoad(call: DataCall & { load: number }): Promise<unknown> {
    const { request, calls, rows } = this.#find(call.load);
    this.#loads.delete(call.load);
    const all = [...calls, call];
    let report: unknown = {
      table: request.table,
      rows,
      inserted: rows,
      updated: 0,
    } satisfies LoadReport;
    if (request.mode === "upsert")
      report = await this.#rehearse([...this.#writes, ...all]);
    for (const each of all) this.#writes.push(each);
    return report;
  }

  #find(load: number) {
    const found = this.#loads.get(load);
    if (!found)
      throw new FlowError("invalid-argument", "There is no such load.");
    return found;
  }
}

/** A call without what checking it has added; the coordinator checks again. */
function toCall(checked: CheckedData): DataCall {
  const { call: _, ...call } = checked;
  if (call.method !== "load-rows") return call;
  const { columns, rows, records } = call.batch;
  return { ...call, batch: { columns, rows, records } };
}
