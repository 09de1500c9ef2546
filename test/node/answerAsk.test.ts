import { expect, test } from "vitest";
import type { AttemptId } from "../../src/engine/protocol.ts";
import { answerAsk } from "../../src/node/cluster/answerAsk.ts";
import { pack, unpack } from "../../src/node/cluster/payload.ts";

/** Asks a database that answers nothing. */
async function ask(over: AbortSignal) {
  const calls = [{ method: "query", sql: "SELECT 1", parameters: [] }];
  const question = { type: "rehearse", calls };
  const attached: AttemptId[] = [];
  const rolledBack: AttemptId[] = [];
  let came = () => {};
  const asked = new Promise<void>((resolve) => (came = resolve));
  const answering = answerAsk(
    await pack(question, "r", undefined, "It"),
    "r",
    undefined,
    {
      attach(attempt, port) {
        attached.push(attempt);
        port.onmessage = () => came();
        return Promise.resolve();
      },
      rollback: (attempt) => {
        rolledBack.push(attempt);
        return Promise.resolve();
      },
      readFile: () => Promise.reject(new Error("There is none.")),
    },
    { attempt: { run: "r", node: "n", attempt: 1 } },
    over,
  );
  return { answering, asked, attached, rolledBack };
}

test("when an attempt is over, what it asked of the database is taken back, also if that has not answered", async () => {
  const over = new AbortController();
  const { answering, asked, attached, rolledBack } = await ask(over.signal);
  await asked;
  expect(rolledBack).toEqual([]);
  over.abort();
  const answer = await unpack(await answering, "r", undefined, "It");
  expect(answer).toMatchObject({ ok: false });
  expect(rolledBack).toEqual(attached);
});

test("of an attempt that is over the database is asked nothing", async () => {
  const { answering, attached, rolledBack } = await ask(AbortSignal.abort());
  const answer = await unpack(await answering, "r", undefined, "It");
  expect(answer).toMatchObject({ ok: false });
  expect(rolledBack).toEqual(attached);
});
