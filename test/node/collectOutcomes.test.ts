import { expect, test } from "vitest";
import { collectOutcomes } from "../../src/node/cluster/collectOutcomes.ts";
import type { Outcome } from "../../src/node/cluster/messages.ts";
import { largestInline, unpack } from "../../src/node/cluster/payload.ts";
import type { SharedStore } from "../../src/node/cluster/store.ts";
import { StoreError } from "../../src/node/cluster/storeError.ts";

/** What comes of outcomes on their way through the queue, without a store. */
function sent(...outcomes: Outcome[]): Promise<Outcome[]> {
  return sentBy(undefined, ...outcomes);
}

/** The same with a store. */
async function sentBy(
  store: SharedStore | undefined,
  ...outcomes: Outcome[]
): Promise<Outcome[]> {
  const ends = outcomes.map((outcome) => Promise.resolve(outcome));
  const payloads = await collectOutcomes(ends, "run", store, () => {});
  const lists = payloads.map((payload) => {
    const size = "text" in payload ? payload.text.length : 0;
    expect(size).toBeLessThanOrEqual(largestInline);
    return unpack(payload, "run", undefined, "It") as Promise<Outcome[]>;
  });
  return (await Promise.all(lists)).flat();
}

/** A failure that says this. */
function failure(message: string): Outcome & { type: "failed" } {
  return {
    type: "failed",
    error: {
      code: "task-failed",
      name: "RangeError",
      message,
      place: { cell: "main", line: 2, column: 3 },
      stack: `RangeError: ${message}\n    at main:2:3`,
    },
    retry: { type: "always", after: 100 },
    loop: { count: 2, result: 5 },
  };
}

test.each([
  ["plain", "The server said: "],
  ["each character of which takes six on its way", "<"],
])(
  "a failure with a very long message, %s, keeps its beginning and its retry",
  async (_, words) => {
    const long = failure(words.repeat(20_000));
    const [first, second] = await sent(long, failure("short"));
    expect(second).toEqual(failure("short"));
    const { message, stack } = (first as typeof long).error;
    expect(message).toMatch(/…$/);
    expect(message.length).toBeGreaterThanOrEqual(500);
    expect(long.error.message.startsWith(message.slice(0, -1))).toBe(true);
    expect(stack).toBe(`RangeError: ${message}\n    at main:2:3`);
    expect(first).toEqual({
      ...long,
      error: { ...long.error, message, stack },
    });
  },
);

test("a task that skips itself, pauses or crashes with a very long message does that", async () => {
  const message = "why ".repeat(10_000);
  for (const type of ["skipped", "paused", "crashed"] as const)
    expect(await sent({ type, message })).toEqual([
      { type, message: expect.stringMatching(/^why .*…$/) },
    ]);
});

test.each([
  ["is too large", "x".repeat(largestInline), "--store"],
  ["cannot be sent", () => {}, "cannot be kept"],
])(
  "a value that %s fails its attempt, which is not tried again",
  async (_, value, said) => {
    expect(
      await sent({ type: "returned", value, writes: [], took: 1 }),
    ).toMatchObject([
      {
        type: "failed",
        error: { message: expect.stringContaining(said) },
        retry: { type: "never" },
      },
    ]);
  },
);

test.each([
  ["refused", { type: "never" }],
  ["failing", undefined],
] as const)(
  "a store that is %s fails the attempt that has much to return, and no other of its job",
  async (trouble, retry) => {
    const store = {
      put: () => Promise.reject(new StoreError(trouble, "no way")),
    } as unknown as SharedStore;
    const returned = (value: unknown): Outcome => ({
      ...{ type: "returned", value, writes: [], took: 1 },
    });
    const large = returned("x".repeat(largestInline));
    expect(await sentBy(store, large, returned("small"))).toEqual([
      {
        ...{ type: "failed", retry, loop: undefined },
        error: {
          ...{ code: "storage-failed", name: "FlowError" },
          message:
            "What the task returned, with the rows that it wrote, could not be put into the store: no way.",
        },
      },
      returned("small"),
    ]);
  },
);
