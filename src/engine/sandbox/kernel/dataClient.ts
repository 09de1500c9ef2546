import { fromErrorData } from "../../../core/errors.ts";
import type { FromData, SentCall, ToData } from "../../protocol.ts";

/** The database, for one attempt: opened at the first call. */
export class DataClient {
  #open: () => Promise<MessagePort>;
  #port: Promise<MessagePort> | undefined;
  /** The port that calls go over now. */
  #current: MessagePort | undefined;
  #calls = new Map<
    number,
    {
      resolve(value: unknown): void;
      reject(error: Error): void;
      message: ToData;
      port: MessagePort;
    }
  >();
  #nextCall = 1;
  #nextLoad = 1;
  #close = () => {};

  constructor(open: () => Promise<MessagePort>) {
    this.#open = open;
  }

  /** Makes a call; `buffers` of its arguments are handed over instead of copied. */
  async call(
    call: SentCall,
    buffers: readonly ArrayBuffer[] = [],
  ): Promise<unknown> {
    this.#port ??= this.#open().then((port) => this.#listen(port));
    await this.#port;
    const port = this.#current!;
    const id = this.#nextCall++;
    return new Promise((resolve, reject) => {
      const message: ToData = { ...call, call: id };
      this.#calls.set(id, { resolve, reject, message, port });
      try {
        port.postMessage(message, [...buffers]);
      } catch (error) {
        this.#calls.delete(id);
        reject(error as Error);
      }
    });
  }

  /** Resolves when the calls so far are on their way. */
  async opened(): Promise<void> {
    await this.#port;
  }

  /** A number for a load that no other load of the attempt has. */
  newLoad(): number {
    return this.#nextLoad++;
  }

  /**
   * Makes calls over another port, and those again that have no answer over the one before; the first of them may still get it
   * there, if it reads. Without a port, none does.
   */
  move(port: MessagePort | undefined, isReading = false): void {
    const next = port ? this.#listen(port) : this.#current;
    let isKept = isReading;
    for (const call of this.#calls.values()) {
      if (call.port !== next && !isKept) {
        call.port = next!;
        next!.postMessage(call.message);
      }
      isKept = false;
    }
  }

  close(): void {
    this.#close();
  }

  #listen(port: MessagePort): MessagePort {
    port.onmessage = ({ data }: MessageEvent<FromData>) => {
      const call = this.#calls.get(data.call);
      this.#calls.delete(data.call);
      if (data.ok) call?.resolve(data.value);
      else call?.reject(fromErrorData(data.error));
    };
    // The database closes the port at the attempt's end; until then the engine may still want to hear that all is well.
    this.#close = () => {
      port.onmessage = null;
    };
    this.#current = port;
    return port;
  }
}
