import { expect, test } from "vitest";
import { FlowError } from "../../src/core/errors.ts";
import { answerParent, embeddedMethods } from "../../src/ui/embedding.ts";
import type { Flowbook } from "../../src/ui/pageApi.ts";

interface Posted {
  message: Record<string, unknown>;
  to: string;
}

/** A page around, an API that notes its calls, and a way to send messages. */
function setUp(answers: Partial<Record<string, unknown>> = {}) {
  const posted: Posted[] = [];
  const called: unknown[][] = [];
  const parent = {
    postMessage(message: unknown, to: string) {
      posted.push({
        message: structuredClone(message) as Posted["message"],
        to,
      });
    },
  };
  const api = new Proxy(
    { version: "1.2.3" },
    {
      get: (target, name: string) =>
        name === "version"
          ? target.version
          : async (...args: unknown[]) => {
              called.push([name, ...args]);
              const answer = answers[name];
              if (answer instanceof Error) throw answer;
              return answer;
            },
    },
  ) as unknown as Flowbook;
  let hear: (event: unknown) => void = () => {};
  answerParent(api, parent, {
    addEventListener: (_: string, listener: unknown) =>
      (hear = listener as typeof hear),
  } as Pick<Window, "addEventListener">);
  const send = async (
    data: unknown,
    { source = parent as unknown, origin = "https://around.example" } = {},
  ): Promise<void> => {
    hear({ source, origin, data });
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  posted.length = 0;
  return { posted, called, send };
}

test("a call of the page around is answered at its own origin", async () => {
  const { posted, called, send } = setUp({ query: [{ n: 1 }] });
  await send({
    flowbook: "call",
    id: 7,
    method: "query",
    args: ["SELECT 1", []],
  });
  expect(called).toEqual([["query", "SELECT 1", []]]);
  expect(posted).toEqual([
    {
      message: { flowbook: "result", id: 7, value: [{ n: 1 }] },
      to: "https://around.example",
    },
  ]);
});

test("what is about permissions, other notebooks or anything else cannot be called", async () => {
  const methods = [
    ...["allow", "open", "importDatabase", "schedule", "version"],
    ...["constructor", "__proto__", "toString", "", null, 1, ["query"]],
  ];
  for (const method of methods) {
    const { posted, called, send } = setUp();
    await send({ flowbook: "call", id: "a", method, args: [] });
    expect(called, String(method)).toEqual([]);
    expect(posted[0]?.message).toMatchObject({
      flowbook: "error",
      id: "a",
      error: { code: "invalid-argument" },
    });
  }
  expect(embeddedMethods).not.toContain("allow");
  expect(embeddedMethods).not.toContain("open");
});

test("nobody but the window around is answered, nor one without an origin", async () => {
  const { posted, called, send } = setUp();
  const call = { flowbook: "call", id: 1, method: "runs", args: [] };
  await send(call, { source: {} });
  await send(call, { source: null });
  await send(call, { origin: "null" });
  for (const data of [null, 1, "call", [], { id: 1, method: "runs" }])
    await send(data);
  expect(called).toEqual([]);
  expect(posted).toEqual([]);
});

test("a failure comes back with its code", async () => {
  const { posted, send } = setUp({
    run: new FlowError("unknown-flow", "There is no flow A."),
  });
  await send({ flowbook: "call", id: 1, method: "run" });
  expect(posted[0]?.message).toEqual({
    flowbook: "error",
    id: 1,
    error: { code: "unknown-flow", message: "There is no flow A." },
  });
});

test("a value that no message can carry is an error, not silence", async () => {
  const { posted, send } = setUp({ output: () => {} });
  await send({ flowbook: "call", id: 1, method: "output", args: ["a"] });
  expect(posted[0]?.message).toMatchObject({
    flowbook: "error",
    error: { code: "cannot-copy" },
  });
});
