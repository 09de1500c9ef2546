/** What the page API says of options of a run that are none. */
import { expect, test, vi } from "vitest";
import { createPageApi } from "../../src/ui/pageApi.ts";
import type { Session } from "../../src/ui/session.svelte.ts";

const run = vi.fn(() => Promise.resolve("done"));
const planOf = vi.fn(() => Promise.resolve([]));
const session = { desk: { run, resume: run, planOf } } as unknown as Session;
const api = createPageApi(session, "1.0.0") as unknown as Record<
  "run" | "plan" | "resume",
  (options?: unknown) => Promise<unknown>
>;

test.each<[unknown, RegExp]>([
  ["bystring", /an object, and not a text\. Write \{ flow: "bystring" \}/],
  [{ flow: "F", parameter: { n: 1 } }, /no option "parameter"\. .*parameters/],
  [{ Flow: "F", params: {} }, /no option "Flow" and "params"/],
  [null, /and not null/],
  [7, /and not 7/],
])("refuses %j, and runs nothing", async (options, message) => {
  for (const name of ["run", "plan", "resume"] as const)
    await expect(api[name](options)).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringMatching(message) as string,
    });
  expect(run).not.toHaveBeenCalled();
  expect(planOf).not.toHaveBeenCalled();
});

test("takes all options that there are, and none", async () => {
  const options = { flow: "F", parameters: { n: 1 }, from: "a", to: "b" };
  await api.run(options);
  expect(run).toHaveBeenLastCalledWith(options);
  await api.resume();
  expect(run).toHaveBeenLastCalledWith({});
  await api.plan({ flow: "F", resume: true });
  expect(planOf).toHaveBeenLastCalledWith({ flow: "F", resume: true });
});

test.each<["run" | "resume", object, string, string]>([
  ["run", { resume: true }, "resume", "flow, parameters, from and to"],
  ["resume", { resume: true }, "resume", "flow and parameters"],
  ["resume", { flow: "F", from: "a" }, "from", "flow and parameters"],
])(
  "%s refuses %j, which is for another call",
  async (name, options, one, known) => {
    run.mockClear();
    await expect(api[name](options)).rejects.toThrow(
      `${name} has no option "${one}". Its options are ${known}, as in`,
    );
    expect(run).not.toHaveBeenCalled();
  },
);
