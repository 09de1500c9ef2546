import type { Queue } from "bullmq";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Leftovers } from "../../src/node/cluster/leftovers.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A queue that lets go of jobs as often as `answers` says, and the ids that it was asked for. */
function openLeftovers(answers: (number | Error)[]) {
  const asked: string[] = [];
  const queue = {
    remove(id: string) {
      asked.push(id);
      const answer = answers.shift() ?? 1;
      return typeof answer === "number"
        ? Promise.resolve(answer)
        : Promise.reject(answer);
    },
  } as unknown as Queue;
  return { leftovers: new Leftovers(queue, "r"), asked };
}

test("a job that its worker still has when it is to go is removed later", async () => {
  const { leftovers, asked } = openLeftovers([0, new Error("closed"), 1]);
  leftovers.remove("a");
  for (let turn = 0; turn < 5; turn += 1)
    await vi.advanceTimersByTimeAsync(250);
  expect(asked).toEqual(["a", "a", "a"]);
});

test("what a worker never lets go is left to the end of the run", async () => {
  const { leftovers, asked } = openLeftovers(Array<number>(100).fill(0));
  leftovers.remove("a");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(21);
  leftovers.remove("b");
  leftovers.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(21);
});
