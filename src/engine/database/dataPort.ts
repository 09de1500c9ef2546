import { toErrorData, type ErrorData } from "../../core/errors.ts";
import { checkToData, type CheckedData } from "../guard.ts";
import type { FromData } from "../protocol.ts";

/** The trusted end of a port whose other end is in the sandbox. */
export interface DataPort {
  /** Resolves when every call that has come is answered, and none goes on. */
  settled(): Promise<void>;
  /** Closes the port; calls that are not answered yet get no answer. */
  close(): void;
}

/**
 * Whether the sandbox is in a process of its own, as in Chromium. Buffers are copied on their way there, which takes longer than to
 * make new ones.
 */
const isApart = "userAgentData" in ((globalThis.navigator ?? {}) as object);

/** An answer of buffers that are of no more use here: whoever asks has them, if they need not be copied for that. */
export class HandedOver {
  readonly buffers: readonly ArrayBuffer[];

  constructor(buffers: readonly ArrayBuffer[]) {
    this.buffers = buffers;
  }
}

/**
 * Answers the calls of an attempt, one after the other. This is no Comlink: a call is one of a few methods with plain
 * arguments, whatever else comes is answered with an error, and nothing that comes can throw here.
 */
export function serveDataPort(
  port: MessagePort,
  carryOut: (call: CheckedData) => Promise<unknown>,
): DataPort {
  let last: Promise<void> = Promise.resolve();

  function answer(message: FromData, buffers: ArrayBuffer[] = []): void {
    try {
      port.postMessage(message, buffers);
    } catch (thrown) {
      if (message.ok)
        answer({ call: message.call, ok: false, error: outward(thrown) });
    }
  }

  async function take(call: CheckedData): Promise<void> {
    try {
      const value = await carryOut(call);
      if (value instanceof HandedOver) {
        const buffers = isApart ? [] : [...value.buffers];
        answer({ call: call.call, ok: true, value: buffers }, buffers);
      } else answer({ call: call.call, ok: true, value });
    } catch (thrown) {
      answer({ call: call.call, ok: false, error: outward(thrown) });
    }
  }

  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const checked = checkToData(data);
    last = last.then(() =>
      checked.ok
        ? take(checked.call)
        : answer({ call: checked.call, ok: false, error: checked.error }),
    );
  };

  return {
    async settled() {
      let answered: Promise<void> | undefined;
      while (answered !== last) await (answered = last);
    },
    close() {
      port.onmessage = null;
      port.close();
    },
  };
}

// A stack of the trusted worker is nobody's business in the sandbox.
function outward(thrown: unknown): ErrorData {
  const { stack: _, ...data } = toErrorData(thrown);
  return data;
}
