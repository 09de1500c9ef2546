import { expect, test } from "vitest";
import { refuseOthers } from "../../src/ui/pausedParameters.ts";

const run = { parameters: { n: 1, days: [1, 2] } };

test("a run that waits goes on with what it was given, also when that is given again", async () => {
  const check = () => Promise.reject(new Error("looked at"));
  await refuseOthers(run, undefined, check);
  await refuseOthers(run, { n: 1, days: [1, 2] }, check);
});

test("another value for it is refused, and so is what the flow does not have", async () => {
  await expect(
    refuseOthers(run, { days: [2, 1] }, () => Promise.resolve()),
  ).rejects.toThrow(
    "The run waits with another days, and goes on with that. Give it back its value, or cancel the run and start another one.",
  );
  const unknown = () => Promise.reject(new Error("no parameter nope"));
  await expect(refuseOthers(run, { nope: 1 }, unknown)).rejects.toThrow(
    "no parameter nope",
  );
});

test("a parameter that the text has got since does not hold it up", async () => {
  await refuseOthers(run, { n: 1, added: "x" }, () => Promise.resolve());
});
