/**
 * The page inside a page of somebody else (an iframe), and the page API by messages.
 *
 * The rule: an embedded page works on the notebook of its own link and on nothing else. It has a library without notebooks,
 * opens none by its id, keeps nothing when it is closed, and remembers no permission. So whatever the page around it makes the
 * reader click, or asks for by messages, it gets no more than it brought: the notebook that it chose itself. Which hosts may be
 * contacted is for the reader alone; `allow` is not on offer here, nor is `open`.
 *
 * The page around it posts `{ flowbook: "call", id, method, args }` to the frame and gets `{ flowbook: "result", id, value }` or
 * `{ flowbook: "error", id, error: { code, message } }`. When calls can be made it is told `{ flowbook: "ready", version }`. Only
 * the window right around the page is answered, and only at its own origin; one without an origin (a file, a sandbox) is not.
 */
import { FlowError, toErrorData } from "../core/errors.ts";
import type { Flowbook } from "./pageApi.ts";
import * as words from "./words/embedding.ts";

/** The methods of the page API that the page around may call. */
export const embeddedMethods = [
  "markdown",
  "graph",
  "plan",
  "run",
  "resume",
  "cancel",
  "answer",
  "runs",
  "query",
  "output",
  "attach",
  "exportDatabase",
  "shareUrl",
] as const satisfies readonly (keyof Flowbook)[];

type Method = (typeof embeddedMethods)[number];

interface Call {
  id: string | number;
  method: Method;
  args: readonly unknown[];
}

/** The window around this one, as far as it is spoken to. */
export interface ParentWindow {
  postMessage(message: unknown, targetOrigin: string): void;
}

/** Takes calls of the page around this one, from messages that `window` gets. */
export function answerParent(
  api: Flowbook,
  parent: ParentWindow,
  window: Pick<Window, "addEventListener">,
): void {
  window.addEventListener("message", ({ source, origin, data }) => {
    if (source !== (parent as unknown) || origin === "null") return;
    if (!isRecord(data) || data["flowbook"] !== "call") return;
    void answer(api, data).then((reply) => {
      try {
        parent.postMessage(reply, origin);
      } catch (thrown) {
        const { message } = toErrorData(thrown);
        const error = { code: "cannot-copy", message };
        parent.postMessage({ flowbook: "error", id: reply.id, error }, origin);
      }
    });
  });
  parent.postMessage({ flowbook: "ready", version: api.version }, "*");
}

type Reply =
  | { flowbook: "result"; id: unknown; value: unknown }
  | {
      flowbook: "error";
      id: unknown;
      error: { code?: string; message: string };
    };

async function answer(
  api: Flowbook,
  data: Readonly<Record<string, unknown>>,
): Promise<Reply> {
  const { id } = data;
  try {
    const { method, args } = readCall(data);
    const call = api[method] as (...given: readonly unknown[]) => unknown;
    return { flowbook: "result", id, value: await call(...args) };
  } catch (thrown) {
    const { code, message } = toErrorData(thrown);
    const error = code === undefined ? { message } : { code, message };
    return { flowbook: "error", id, error };
  }
}

function readCall(data: Readonly<Record<string, unknown>>): Call {
  const { id, method, args = [] } = data;
  if (typeof id !== "string" && typeof id !== "number")
    throw invalid(words.idMissing);
  if (!(embeddedMethods as readonly unknown[]).includes(method))
    throw invalid(
      words.unknownMethod({
        method: JSON.stringify(method) as string | undefined,
        methods: embeddedMethods.join(", "),
      }),
    );
  if (!Array.isArray(args)) throw invalid(words.argsNotList);
  return { id, method: method as Method, args };
}

function invalid(message: string): FlowError {
  return new FlowError("invalid-argument", message);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
