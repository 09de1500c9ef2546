import { afterEach, expect, test, vi } from "vitest";
import { allDone, makeSession, notebookOf } from "./makeSession.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const isAnother = expect.stringMatching(/Another notebook was opened/);

for (const [what, begin] of [
  ["a click on Run", (session) => session.startRun()],
  ["a click on Run in a cell", (session) => session.runCell("c1")],
  ["a host that is allowed", (session) => session.allow("https://x.test")],
  ["a schedule that is switched on", (session) => session.setSchedule(true)],
] as [
  string,
  (session: ReturnType<typeof makeSession>["session"]) => Promise<void>,
][])
  test(`${what} while another notebook is being opened does nothing to that one`, async () => {
    const { session, gates, calls, said } = makeSession("a", "b");
    await session.openNotebook("a");
    const gate = gates.close("open b");
    const opening = session.openNotebook("b");
    await gate.reached;
    const done = begin(session).catch(({ message }: Error) =>
      session.notify("error", message),
    );
    gate.open();
    await opening;
    await done;
    expect(said()).toEqual([isAnother]);
    expect(calls.filter((call) => call.startsWith("run"))).toEqual([]);
    expect(session.hosts.allowed).toEqual([]);
  });

test("what the page API is asked for at once after open is done in what is being opened", async () => {
  const { session, api, calls } = makeSession("a");
  await session.openNotebook("a");
  const opening = api.open(notebookOf("b"));
  const allowing = api.allow("https://x.test");
  const running = api.run();
  await Promise.all([opening, allowing, running]);
  expect(calls.at(-1)).toBe(`run b in ${session.id}`);
  expect(session.id).not.toBe("a");
  expect(session.hosts.allowed).toEqual(["https://x.test"]);
});

test("the form is filled by the address of the notebook that was opened last", async () => {
  const { session, said } = makeSession("a", "b");
  const first = session.openNotebook("a", new URLSearchParams("flow=none"));
  await Promise.all([first, session.openNotebook("b")]);
  await allDone();
  expect(said()).toEqual([]);
});

test("a run waits until a database is imported", async () => {
  const { session, gates, calls } = makeSession("a");
  await session.openNotebook("a");
  const gate = gates.close("import");
  const importing = session.importDatabase(new Blob());
  await gate.reached;
  const running = session.startRun();
  await allDone();
  expect(calls).not.toContain("run a in a");
  gate.open();
  await Promise.all([importing, running]);
  expect(calls.slice(-2)).toEqual(["import a", "run a in a"]);
});
