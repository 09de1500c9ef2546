import { afterEach, describe, expect, test, vi } from "vitest";
import { FlowError } from "../../src/core/errors.ts";
import type { RunEvent } from "../../src/core/events.ts";
import { makeEvery } from "../../src/core/schedule.ts";
import { forgetfulLibrary } from "../../src/storage/forgetfulLibrary.ts";
import { scheduleSetting } from "../../src/ui/scheduleSetting.ts";
import { startOf } from "../core/simulate.ts";
import { allDone, makeSession, notebookOf } from "./makeSession.ts";
import { updateOf } from "./runs.ts";

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

test("the code of a notebook is ended before the data of another can be asked for", async () => {
  const { session, reached } = makeSession("a", "b");
  await session.openNotebook("a");
  await session.openNotebook("b");
  await session.openNotebook("a");
  expect(reached).toEqual([]);
});

test("a program says which notebook it is of", async () => {
  const { session } = makeSession("a", "b");
  await session.openNotebook("a");
  await session.openNotebook("b");
  expect(session.program).toMatchObject({ notebook: "b" });
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

test("what is no text is not opened, and the notebook that is open stays so", async () => {
  const { session, api, calls } = makeSession("a");
  await session.openNotebook("a");
  for (const given of [5, undefined, null, {}])
    await expect(api.open(given as unknown as string)).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringMatching(/opened from its text.* not from /),
    });
  expect(session.id).toBe("a");
  await api.run();
  expect(calls.at(-1)).toBe("run a in a");
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

test("the address of an example opens it in a browser that never had it", async () => {
  const { session } = makeSession();
  await session.openNotebook("example-docs/tour");
  expect(session.notebook?.title).toBe("example");
  await expect(session.openNotebook("abc")).rejects.toThrow(
    "not on this device",
  );
});

test("the data of a deleted example that is opened again are gone before it is opened, and stay then", async () => {
  const { session, calls } = makeSession("b");
  await session.openExample("x");
  await session.openNotebook("b");
  await session.deleteNotebook("example-x");
  expect(calls).not.toContain("remove example-x");

  await session.openExample("x");
  expect(session.notices.all).toEqual([]);
  expect(calls.slice(-2)).toEqual(["remove example-x", "open example-x"]);
});

test("the data of an example that was deleted before the page was loaded are gone before it is opened", async () => {
  const { session, library, calls } = makeSession();
  vi.stubGlobal("navigator", {
    locks: {
      request: async (_: string, ...args: ((lock: object) => unknown)[]) =>
        args.at(-1)!({}),
    },
  });
  await library.writeSetting("deleted:example-x", true);
  const opening = session.openExample("x");
  await expect.poll(() => calls).toContain("open example-x");
  expect(calls).toEqual(["remove example-x", "open example-x"]);
  expect(await library.settingNames()).toEqual([]);
  await opening;
});

test("an opening waits for data that are being removed", async () => {
  const { session, calls, gates } = makeSession("b");
  await session.openExample("x");
  await session.openNotebook("b");
  await session.deleteNotebook("example-x");
  const gate = gates.close("remove example-x");
  session.notices.close(session.notices.all[0]!.id);
  await gate.reached;
  const opening = session.openExample("x");
  await allDone();
  expect(calls.at(-1)).toBe("open b");
  gate.open();
  await opening;
  expect(calls.slice(-2)).toEqual(["remove example-x", "open example-x"]);
});

test("the data of a notebook that is in the library again are not removed", async () => {
  const { session, calls, texts, entries } = makeSession("a", "b");
  await session.openNotebook("a");
  await session.openNotebook("b");
  const entry = entries.get("a")!;
  await session.deleteNotebook("a");
  texts.set("a", notebookOf("a"));
  entries.set("a", entry);
  session.notices.close(session.notices.all[0]!.id);
  await allDone();
  expect(calls).not.toContain("remove a");
});

test("as long as the data of a deleted notebook are there, that is known to who opens the page next", async () => {
  const { session, library, calls } = makeSession("a", "b");
  await session.openNotebook("a");
  await session.openNotebook("b");
  const marks = () => library.settingNames();
  await session.deleteNotebook("a");
  expect(await marks()).toEqual(["deleted:a"]);
  session.notices.all[0]!.action!.run();
  await allDone();
  expect(await marks()).toEqual([]);

  await session.deleteNotebook("a");
  session.notices.close(session.notices.all.at(-1)!.id);
  await allDone();
  expect(calls).toContain("remove a");
  expect(await marks()).toEqual([]);
});

test("the copy of a deleted notebook is not taken for that of a lost one", async () => {
  const { session, library, database } = makeSession();
  await library.writeSetting("deleted:a", true);
  vi.spyOn(database, "copies").mockResolvedValue([
    { notebook: "a", title: "A", at: 1 },
    { notebook: "c", title: "C", at: 1 },
  ]);
  await session.refreshLibrary();
  expect(session.losses.notebooks.map(({ id }) => id)).toEqual(["c"]);
});

test("what is typed while another notebook is being opened is saved, and is no change of that one", async () => {
  const { session, gates, texts } = makeSession("a", "b");
  await session.openNotebook("a");
  const gate = gates.close("open b");
  const opening = session.openNotebook("b");
  await gate.reached;
  const [cell] = session.notebook!.cells;
  session.text.editCell(cell!.id, 'flow("typed", () => {})');
  gate.open();
  await opening;
  expect(texts.get("a")).toContain("typed");
  expect(texts.get("b")).toBe(notebookOf("b"));
  expect(session.text.canUndo).toBe(false);
});

test("nothing is open after an opening that failed half way", async () => {
  const { session, gates, texts } = makeSession("a", "b");
  await session.openNotebook("a");
  const gate = gates.close("open b");
  const opening = session.openNotebook("b");
  await gate.reached;
  session.text.setTitle("typed");
  gate.fail(new Error("no disk"));
  await expect(opening).rejects.toThrow("no disk");
  expect(session.id).toBeUndefined();
  expect(session.screen).toBe("home");
  expect(texts.get("a")).toContain("typed");
  await session.openNotebook("a");
  expect(session.screen).toBe("notebook");
});

test("a run that begins while the next notebook is read is ended before that is opened", async () => {
  const { session, api, gates, calls } = makeSession("a", "b");
  await session.openNotebook("a");
  const reading = gates.close("read b");
  const running = gates.close("run");
  void api.run();
  await running.reached;
  const cancel = vi.spyOn(session.desk, "cancelRun").mockImplementation(() => {
    calls.push("cancel");
    return Promise.resolve();
  });
  const opening = session.openNotebook("b");
  await reading.reached;
  reading.open();
  await opening;
  expect(cancel).toHaveBeenCalledTimes(2);
  expect(calls.slice(-2)).toEqual(["cancel", "open b"]);
  running.open();
  await allDone();
});

test("that a flow cannot be drawn is told to scripts with the cell and the line of the error", async () => {
  const { session, api, wrong } = makeSession("a", "b");
  const place = { cell: "main", line: 3, column: 11 };
  const error = { name: "Error", message: "concurrency must be 1", place };
  wrong.push({ cell: "main", flow: undefined, error });
  await session.openNotebook("a");
  await expect(api.run()).rejects.toMatchObject({
    code: "cell-failed",
    message:
      "a cannot be drawn, for an error in the cell main at 3:11: concurrency must be 1",
    place,
  });
  wrong[0] = { cell: "main", flow: "b", error: { name: "E", message: "" } };
  await session.openNotebook("b");
  await expect(api.graph()).rejects.toThrow(
    "b cannot be drawn, for an error in the cell main: It threw E without a message.",
  );
});

test("the reader gets home though the notebook cannot be saved, and finds it as it was", async () => {
  const { session, library, texts, said } = makeSession("a");
  await session.openNotebook("a");
  const full = () => Promise.reject(new Error("There is no room."));
  const writing = (["write", "writeAsOwner"] as const).map((name) =>
    vi.spyOn(library, name).mockImplementation(full),
  );
  const leaving = vi.spyOn(library, "leave");
  session.text.setTitle("typed");
  await session.goHome();
  expect(session.screen).toBe("home");
  // The words of it are fetched.
  await expect
    .poll(said)
    .toEqual([expect.stringMatching(/no room.*still in this tab/)]);
  expect(leaving.mock.lastCall![0].text).toContain("typed");
  // The next try tells nothing that is not said already.
  const [told] = session.notices.all;
  session.flush();
  await allDone();
  expect(session.notices.all).toEqual([told]);

  await session.openNotebook("a");
  expect(session.screen).toBe("notebook");
  expect(session.text.markdown()).toContain("typed");
  await expect
    .poll(said)
    .toEqual([expect.stringMatching(/^There is no room\. Keep this tab open/)]);

  for (const one of writing) one.mockRestore();
  await session.goHome();
  expect(texts.get("a")).toContain("typed");
  expect(said()).toEqual([]);
});

test("that a notebook cannot be saved is said until it is; what is in memory only is not lost without a question", async () => {
  const { session, library, said, calls } = makeSession("a");
  await session.openNotebook("a");
  const why = new FlowError("storage-full", "There is no room.");
  const writing = vi
    .spyOn(library, "writeAsOwner")
    .mockImplementation(() => Promise.reject(why));
  session.text.setTitle("typed");
  expect(session.isAtRisk).toBe(false);
  await expect.poll(said).toEqual([expect.stringContaining("no room")]);
  expect(session.notices.all).toMatchObject([{ kind: "error", stays: true }]);
  expect(session.isAtRisk).toBe(true);
  expect(calls).toEqual(["open a", "guard closing"]);

  // Five others do not push it out.
  for (const other of "12345") session.notify("error", other);
  expect(said()).toEqual([expect.stringContaining("no room"), ..."2345"]);

  writing.mockRestore();
  await session.save();
  expect(said()).toEqual([..."2345"]);
  expect(session.isAtRisk).toBe(false);
  expect(calls).toEqual(["open a", "guard closing", "let it close"]);
});

test("what cannot be saved is left where the next page finds it, before this page goes away", async () => {
  const { session, library } = makeSession("a");
  await session.openNotebook("a");
  library.writeAsOwner = () => Promise.reject(new Error("There is no room."));
  const leaving = vi.spyOn(library, "leave");
  session.text.setTitle("typed");
  await expect(session.save()).rejects.toThrow("no room");
  expect(leaving.mock.lastCall![0]).toMatchObject({
    entry: { id: "a", title: "typed" },
    text: expect.stringContaining("typed"),
  });
});

test("an example that cannot be saved is opened from the list of examples as it was left", async () => {
  const { session, library } = makeSession();
  await session.openExample("tour");
  const full = () => Promise.reject(new Error("There is no room."));
  vi.spyOn(library, "writeAsOwner").mockImplementation(full);
  session.text.setTitle("typed");
  await session.goHome();
  await session.openExample("tour");
  expect(session.screen).toBe("notebook");
  expect(session.text.markdown()).toContain("typed");
});

test("notebooks that cannot be read are not said to be none", async () => {
  const { session, library, said } = makeSession("a");
  const { list } = library;
  library.list = () => Promise.reject(new Error("a newer version"));
  await session.goHome();
  expect(said()).toEqual(["a newer version"]);
  expect(session.library).toBeUndefined();

  library.list = list;
  await session.goHome();
  expect(session.library).toEqual([]);
});

test("where nothing can be stored a link and an example can be read, with the reason why no more", async () => {
  const { session, parts, api, calls, database } = makeSession();
  parts.isDenied = true;
  parts.library = forgetfulLibrary();
  await session.openForeign(notebookOf("f"), { type: "link" }, "#f1.x");
  expect(session.preview?.source).toEqual({ type: "link" });
  expect(session.flows.map(({ name }) => name)).toEqual(["f"]);
  expect(session.readOnly).toMatch(/cookies and site data are blocked/);
  expect(session.isFollowing).toBe(false);
  await expect(session.keep()).rejects.toMatchObject({ code: "read-only" });
  await expect(api.run()).rejects.toMatchObject({ code: "read-only" });
  expect(calls).not.toContain("run f in x");
  await session.openExample("aircraft-etl");
  expect(session.readOnly).toMatch(/cookies and site data are blocked/);
  // Not even the copies of lost notebooks can be looked for.
  database.copies = () => Promise.reject(new Error("denied"));
  await session.refreshLibrary();
  expect(session.library).toEqual([]);
});

test("where nothing can be stored no notebook is begun, and one of before is not said to be deleted", async () => {
  const { session, parts } = makeSession();
  parts.isDenied = true;
  parts.library = forgetfulLibrary();
  for (const opening of [
    () => session.newNotebook(),
    () => session.openNotebook("mine"),
  ])
    await expect(opening()).rejects.toMatchObject({
      code: "storage-failed",
      message: expect.stringMatching(/Allow site data/) as string,
    });
});

test("without a channel between tabs a page hears what its own database writes", async () => {
  const { session, parts } = makeSession("a");
  await session.openNotebook("a");
  const note = vi.spyOn(parts.mirror, "note");
  const written = { type: "written", generation: 2, tables: [] } as const;
  parts.tabs.hear({ ...written, notebook: "a" });
  expect(note).toHaveBeenCalledWith("a", { generation: 2 });
});

test("what went wrong in a notebook is not said over another one", async () => {
  const { session, said } = makeSession("a", "b");
  session.notify("error", "of the address");
  await session.openNotebook("a");
  expect(said()).toEqual(["of the address"]);
  session.notify("error", "of a");
  session.notify("info", "news");
  await session.openNotebook("a");
  expect(said()).toContain("of a");
  await session.openNotebook("b");
  expect(said()).toEqual(["news"]);
});

test("a notebook whose run goes on is shown again as it was left, and the list says when it ends", async () => {
  const { session, engine, gates } = makeSession("a");
  await session.openNotebook("a");
  const gate = gates.close("run");
  const running = session.startRun();
  await gate.reached;
  const cancelling = vi.spyOn(engine, "cancel");
  await session.goHome();
  await session.openNotebook("a");
  expect(session.screen).toBe("notebook");
  await session.goHome();
  gate.open();
  await running;
  await session.save();
  await allDone();
  expect(session.desk.runs[0]?.state).toBe("Success");
  expect(cancelling).not.toHaveBeenCalled();
  expect(session.library).toMatchObject([{ id: "a", lastState: "Success" }]);
});

test("a run that another notebook ends is said to be cancelled", async () => {
  const { session, engine, gates, said } = makeSession("a", "b");
  await session.openNotebook("a");
  const gate = gates.close("cancel");
  engine.run = async ({ run, graph }) => {
    session.receive(updateOf(run, [startOf(graph, { run, at: 10 })]));
    await gates.pass("cancel");
    const cancelled: RunEvent = { type: "cancel-requested", at: 11 };
    session.receive(updateOf(run, [cancelled], 1));
  };
  engine.cancel = () => Promise.resolve(gate.open());
  const running = session.startRun();
  await gate.reached;
  await session.openNotebook("b");
  await running;
  await allDone();
  expect(said()).toEqual([
    "The run of a was cancelled, since another notebook was opened. What has succeeded is kept; Resume does the rest.",
  ]);
});

test("an opening that waits for an import says so, and no more when that is done", async () => {
  const { session, gates, said } = makeSession("a", "b");
  await session.openNotebook("a");
  const gate = gates.close("import");
  const importing = session.importDatabase(new File([], "a.sqlite"));
  await gate.reached;
  const opening = session.openNotebook("b");
  await expect
    .poll(said)
    .toEqual([expect.stringMatching(/opened when .* done/)]);
  gate.open();
  await Promise.all([importing, opening]);
  expect(said().join()).not.toMatch(/opened when/);
});

/** Lets another tab have every notebook; gives what lets go of the one that is waited for. */
function lockElsewhere(): () => void {
  let letGo = (): void => {};
  vi.stubGlobal("navigator", {
    locks: {
      request: (
        _: string,
        options: LockOptions,
        take: (lock: object | null) => unknown,
      ) =>
        options.ifAvailable
          ? Promise.resolve(take(null))
          : new Promise((resolve) => {
              letGo = () => resolve(take({}));
            }),
    },
  });
  return () => letGo();
}

for (const isOn of [true, false])
  test(`schedules that the other tab switched ${isOn ? "on are on" : "off are off"} in the tab that has the notebook next`, async () => {
    const { session, library, schedules } = makeSession("a");
    schedules.set("a", [makeEvery("10s")]);
    const letGo = lockElsewhere();
    const setting = scheduleSetting("a");
    await library.writeSetting(setting, !isOn);
    await session.openNotebook("a");
    expect(session.schedules.isOn).toBe(!isOn);
    await library.writeSetting(setting, isOn);
    letGo();
    await session.settled();
    await allDone();
    expect(session.readOnly).toBeUndefined();
    expect(session.schedules.isOn).toBe(isOn);
    const isPlanned = () => session.schedules.nextAt !== undefined;
    if (isOn) await vi.waitUntil(isPlanned);
    expect(isPlanned()).toBe(isOn);
  });

test("nothing runs by the clock in a notebook that was deleted", async () => {
  const { session, schedules, calls, ring } = makeSession("a");
  schedules.set("a", [makeEvery("10s")]);
  await session.openNotebook("a");
  await session.setSchedule(true);
  ring();
  await allDone();
  expect(calls.at(-1)).toBe("run a in a");
  await session.goHome();
  await session.deleteNotebook("a");
  calls.length = 0;
  expect(ring()).toBe(false);
  await allDone();
  expect(calls).toEqual([]);
});

/** Opens the notebook `a` of these, of which two flows are due at each moment. */
async function openTwoDue(...notebooks: string[]) {
  const made = makeSession(...notebooks);
  const { session, schedules, texts } = made;
  texts.set(
    "a",
    `${notebookOf("a")}\n\`\`\`ts more\nflow("b", () => {})\n\`\`\`\n`,
  );
  for (const flow of ["a", "b"]) schedules.set(flow, [makeEvery("10s")]);
  await session.openNotebook("a");
  await session.setSchedule(true);
  return made;
}

test("flows that are due at one moment run after one another, and without a word", async () => {
  const { gates, calls, said, ring } = await openTwoDue("a");
  const gate = gates.close("run");
  calls.length = 0;
  ring();
  await gate.reached;
  // What comes while these run is missed.
  ring();
  await allDone();
  expect(calls).toEqual(["run a in a"]);
  gate.open();
  await allDone();
  expect(calls).toEqual(["run a in a", "run b in a"]);
  expect(said()).toEqual([]);
});

test("of flows that are due at one moment none runs any more when another notebook is opened meanwhile", async () => {
  const { session, gates, calls, said, ring } = await openTwoDue("a", "b");
  const gate = gates.close("run");
  ring();
  await gate.reached;
  const opening = session.openNotebook("b");
  await allDone();
  gate.open();
  await opening;
  await allDone();
  expect(calls.filter((call) => call.startsWith("run"))).toEqual([
    "run a in a",
  ]);
  expect(said()).toEqual([]);
});

test("a schedule that is switched off counts no more though there is no room to keep that", async () => {
  const { session, library, schedules, ring } = makeSession("a");
  schedules.set("a", [makeEvery("10s")]);
  await session.openNotebook("a");
  await session.setSchedule(true);
  library.writeSetting = () => Promise.reject(new Error("no room"));
  await expect(session.setSchedule(false)).rejects.toThrow("no room");
  expect(session.schedules.isOn).toBe(false);
  expect(ring()).toBe(false);
});

/** An example that comes with a file, which the test lets come. */
function openWithFile() {
  const world = makeSession("b");
  const withFile = notebookOf("x").replace(
    "title: x\n",
    "title: x\nattachments:\n  - name: rows.csv\n    url: x/rows.csv\n",
  );
  world.texts.set("x.flow.md", withFile);
  return { ...world, gate: world.gates.close("fetch x/rows.csv") };
}

test("an example is there before its file is, which is not missing meanwhile, and a run of it waits for the file", async () => {
  const { session, calls, gate, said, ring } = openWithFile();
  await session.openExample("x");
  expect(session.screen).toBe("notebook");
  expect(session.comingFiles).toEqual(["rows.csv"]);
  expect(session.missingFiles).toEqual([]);
  const running = session.startRun();
  // Whoever has to wait may press once more.
  await Promise.all([session.startRun(), session.resumeRun()]);
  await vi.waitUntil(ring);
  expect(said()).toEqual([
    "Waiting for rows.csv, which comes with this example.",
  ]);
  expect(calls.filter((call) => call.startsWith("run"))).toEqual([]);
  gate.open();
  await running;
  expect(calls.slice(-2)).toEqual([
    "write file rows.csv",
    expect.stringMatching(/^run .* in example-x$/),
  ]);
  expect(said()).toEqual([]);
  expect(session.comingFiles).toEqual([]);
});

test("a file that the reader has given an example meanwhile stays", async () => {
  const { session, calls, database, gate } = openWithFile();
  await session.openExample("x");
  await gate.reached;
  database.fileHash = () => Promise.resolve("one of the reader's");
  gate.open();
  await session.filesThere();
  expect(calls).not.toContain("write file rows.csv");
});

test("a file of an example for which there is no room is said to be none, and nothing waits for it", async () => {
  const { session, calls, database, gate, said } = openWithFile();
  database.writeFile = () => Promise.reject(new Error("no room"));
  await session.openExample("x");
  gate.open();
  await session.startRun();
  expect(said()).toEqual(["no room"]);
  expect(session.missingFiles).toEqual(["rows.csv"]);
  expect(calls).toContainEqual(expect.stringMatching(/^run /));
});

test("a run that waits for a file begins in no notebook that is opened meanwhile", async () => {
  const { session, calls, said } = openWithFile();
  await session.openExample("x");
  const running = session.startRun();
  await session.openNotebook("b");
  await running;
  expect(calls.filter((call) => call.startsWith("run"))).toEqual([]);
  expect(said()).toEqual([isAnother]);
});

test("an example whose file the network does not bring keeps no other notebook from being opened", async () => {
  const { session, calls, gate } = openWithFile();
  await session.openExample("x");
  await gate.reached;
  await session.openNotebook("b");
  expect(session.id).toBe("b");
  gate.open();
  await allDone();
  expect(calls).not.toContain("write file rows.csv");

  await session.openExample("x");
  await session.filesThere();
  expect(calls).toContain("write file rows.csv");
});

test("a run waits until all files are added that were given before, and says so", async () => {
  const { session, calls, said, ring, database } = makeSession("a");
  await session.openNotebook("a");
  const files = [new File(["1"], "1.csv"), new File(["2"], "2.csv")] as const;
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  // As when what keeps files has to be fetched first, and one fails.
  const write = database.writeFile.bind(database);
  database.writeFile = (name, ...rest) =>
    name === "2.csv"
      ? Promise.reject(new Error("no room"))
      : write(name, ...rest);
  const adding = session.adds(
    files.map((file) => [file, file.name]),
    begun.then(async () => {
      for (const file of files) await session.attach(file.name, file);
    }),
  );
  const failing = expect(adding).rejects.toThrow("no room");
  const byButton = session.startRun();
  const byScript = session.desk.run({}).catch((thrown: unknown) => thrown);
  await vi.waitUntil(ring);
  expect(said()).toContain(
    "Waiting for 1.csv and 2.csv, which are being added.",
  );
  expect(calls.filter((call) => call.startsWith("run"))).toEqual([]);
  begin();
  await Promise.all([failing, byButton, byScript]);
  expect(session.addingFiles.size).toBe(0);
  const order = calls.filter((call) => /^(?:run|write file)/.test(call));
  expect(order[0]).toBe("write file 1.csv");
  expect(order[1]).toMatch(/^run /);
});

test("a run that is cancelled while it waits for files never begins, and the next one does", async () => {
  const { session, calls, said, ring, database } = makeSession("a");
  await session.openNotebook("a");
  let written = (): void => {};
  database.writeFile = () => new Promise((resolve) => (written = resolve));
  const adding = session.attach("1.csv", new File(["1"], "1.csv"));
  vi.stubGlobal("document", { documentElement: { dataset: {} } });
  const { Workbench } = await import("../../src/ui/workbench.svelte.ts");
  const bench = new Workbench(session);
  expect(bench.canCancel).toBe(false);
  const byButton = session.startRun();
  const byScript = session.desk.run({});
  const refused = expect(byScript).rejects.toMatchObject({
    code: "run-cancelled",
  });
  await vi.waitUntil(ring);
  expect(said()).toEqual(["Waiting for 1.csv, which is being added."]);
  expect(bench.isGoing).toBe(true);
  await bench.cancelRun();
  await Promise.all([byButton, refused]);
  expect(bench.isGoing).toBe(false);
  expect(said()).toEqual([]);
  written();
  await adding;
  await allDone();
  expect(calls.filter((call) => call.startsWith("run"))).toEqual([]);
  await session.startRun();
  expect(calls).toContainEqual(expect.stringMatching(/^run .* in a$/));
});

test("a file of which no end comes holds up no run of another notebook", async () => {
  const { session, calls } = makeSession("a", "b");
  await session.openNotebook("a");
  void session.adds([[new Blob(), "a.csv"]], new Promise(() => {}));
  await session.openNotebook("b");
  await session.startRun();
  expect(calls).toContainEqual(expect.stringMatching(/^run .* in b$/));
});

test("a notebook for which there was no room when it was opened is saved when there is, and not taken for another tab's", async () => {
  const { session, library, texts, said } = makeSession("a");
  const { write } = library;
  // Its entry names the page that had it before, until this one could write.
  let isClaimed = false;
  library.writeAsOwner = (...of) =>
    isClaimed
      ? write(...of)
      : Promise.reject(new FlowError("storage-conflict", "another tab"));
  library.write = () => Promise.reject(new Error("no room"));
  await expect(session.openNotebook("a")).rejects.toThrow("no room");
  expect(session.id).toBe("a");
  library.write = (...of) => {
    isClaimed = true;
    return write(...of);
  };
  session.text.replaceText(notebookOf("b"));
  await session.save();
  expect(texts.get("a")).toBe(notebookOf("b"));
  expect(session.readOnly).toBeUndefined();
  expect(said()).toEqual([]);
});

for (const isAllowed of [false, true])
  test(`a host that is ${isAllowed ? "allowed" : "refused"} is so at once in this page though there is no room to keep that`, async () => {
    const { session, library, engine } = makeSession("a");
    await session.openNotebook("a");
    await session.allow("https://x.test", !isAllowed);
    library.writeSetting = () => Promise.reject(new Error("no room"));
    const configure = vi.spyOn(engine, "configure");
    await expect(session.allow("https://x.test", isAllowed)).rejects.toThrow(
      "no room",
    );
    expect(configure.mock.lastCall![0]).toMatchObject({
      hosts: isAllowed ? ["https://x.test"] : [],
    });
    expect(session.hosts.all).toEqual([
      { origin: "https://x.test", allowed: isAllowed },
    ]);
  });

describe("a notebook that is deleted while it is open", () => {
  async function openAtHome() {
    const made = makeSession("a", "b");
    await made.session.openNotebook("a");
    await made.session.goHome();
    return made;
  }

  test("has no run going on any more when it is removed", async () => {
    const { session, engine, library, gates, calls } = await openAtHome();
    const running = gates.close("run");
    engine.cancel = async () => {
      calls.push("cancel");
      running.open();
    };
    const { remove } = library;
    library.remove = (id) => {
      calls.push(`remove entry, running: ${session.desk.running}`);
      return remove(id);
    };
    const run = session.startRun();
    await running.reached;
    await session.deleteNotebook("a");
    await run;
    expect(calls.slice(-2)).toEqual(["cancel", "remove entry, running: false"]);
  });

  test("comes back by no save that falls behind its removal", async () => {
    const { session, library, texts, entries } = await openAtHome();
    const { remove } = library;
    library.remove = async (id) => {
      const removed = await remove(id);
      session.text.setTitle("late");
      await session.save();
      return removed;
    };
    await session.deleteNotebook("a");
    session.flush();
    await allDone();
    expect([texts.has("a"), entries.has("a")]).toEqual([false, false]);
    expect(session.library).toEqual([]);
  });

  test("comes back with what was typed last by Undo", async () => {
    const { session, texts } = await openAtHome();
    session.text.setTitle("typed last");
    await session.deleteNotebook("a");
    expect(texts.has("a")).toBe(false);
    session.notices.all.at(-1)!.action!.run();
    await allDone();
    expect(texts.get("a")).toContain("title: typed last");
    await session.openNotebook("a");
    expect(session.notebook!.title).toBe("typed last");
  });
});

describe("the flow on show", () => {
  const cellOf = (name: string, text: string) =>
    `\`\`\`ts ${name}\n${text}\n\`\`\`\n`;
  const flowOf = (name: string) => `flow("${name}", () => {})`;

  /** A notebook with the flows A and B in cells of their own, of which B is on show and was given something. */
  async function openTwo() {
    const made = makeSession();
    const cells = [cellOf("a", flowOf("A")), cellOf("b", flowOf("B"))];
    made.texts.set("two", `---\nflowbook: 1\n---\n\n${cells.join("\n")}`);
    const { session } = made;
    await session.openNotebook("two");
    session.selectFlow("B");
    session.parameters = { given: 1 };
    const cell = session.notebook!.cells[1]!.id;
    const write = async (text: string) => {
      session.text.editCell(cell, text);
      await session.settled();
    };
    const undo = async () => {
      session.text.undo();
      await session.settled();
    };
    return { ...made, cell, write, undo };
  }

  test("comes back with what its form had when its cell does", async () => {
    const { session, cell, undo } = await openTwo();
    await session.text.editable();
    session.text.removeCell(cell);
    await session.settled();
    expect(session.flowName).toBe("A");
    expect(session.parameters).toEqual({});
    await undo();
    expect(session.flowName).toBe("B");
    expect(session.parameters).toEqual({ given: 1 });
  });

  test("does not come back when another one was chosen meanwhile", async () => {
    const { session, cell, undo } = await openTwo();
    await session.text.editable();
    session.text.removeCell(cell);
    await session.settled();
    session.selectFlow("A");
    await undo();
    expect(session.flowName).toBe("A");
  });

  test("is the same while its name is typed", async () => {
    const { session, write } = await openTwo();
    await write(flowOf("Bx"));
    expect(session.flowName).toBe("Bx");
    expect(session.parameters).toEqual({ given: 1 });
    await write(`${flowOf("Bx")}; ${flowOf("C")}`);
    await write(`${flowOf("By")}; ${flowOf("C")}`);
    expect(session.flowName).toBe("By");
    // One more than before is none that was renamed.
    await write(`${flowOf("D")}; ${flowOf("C")}; ${flowOf("E")}`);
    expect(session.flowName).toBe("A");
  });

  test("is the renamed one, with what its form has, also when the name is taken back or another flow gets it", async () => {
    const { session, write, undo } = await openTwo();
    session.selectFlow("A");
    const a = session.notebook!.cells[0]!.id;
    await session.text.editable();
    session.text.editCell(a, flowOf("A2"));
    await session.settled();
    session.setParameter("typed", 2);
    await undo();
    expect(session.flowName).toBe("A");
    expect(session.parameters).toEqual({ typed: 2 });
    session.text.editCell(a, flowOf("A2"));
    await session.settled();
    await write(flowOf("A"));
    expect(session.flowName).toBe("A2");
  });

  test("is not left while it runs, though the one that was missed is there again", async () => {
    const { session, gates, write } = await openTwo();
    await write("");
    expect(session.flowName).toBe("A");
    const gate = gates.close("run");
    const running = session.startRun();
    await gate.reached;
    await write(flowOf("B"));
    expect(session.flowName).toBe("A");
    gate.open();
    await running;
  });

  test("comes back with what its form had, not with what its last run was given", async () => {
    const { session, write } = await openTwo();
    session.parameters = {};
    await session.startRun();
    session.setParameter("given", 3);
    await write("");
    await write(flowOf("B"));
    await allDone();
    expect(session.parameters).toEqual({ given: 3 });
  });

  test("has in its form what the run is given that brings it on show, and not what one before was given", async () => {
    const { session, parameters } = await openTwo();
    parameters.push({ name: "n", type: "number", default: 2, required: false });
    session.parameters = {};
    session.text.editCell(session.notebook!.cells[0]!.id, `${flowOf("A")};`);
    await session.settled();
    await session.desk.run({ flow: "B", parameters: { n: 3 } });
    await session.desk.run({ flow: "A" });
    await session.desk.run({ flow: "B", parameters: { n: 4 } });
    await allDone();
    expect(session.flowName).toBe("B");
    expect(session.parameters).toEqual({ n: 4 });
    // The default is meant again, and nothing that was given before.
    await session.desk.run({ flow: "A" });
    await session.desk.run({ flow: "B" });
    await allDone();
    expect(session.parameters).toEqual({});
  });

  test("stays while it runs, also without its name", async () => {
    const { session, gates, write } = await openTwo();
    session.parameters = {};
    const gate = gates.close("run");
    const running = session.startRun();
    await gate.reached;
    await write("");
    expect(session.flowName).toBe("B");
    gate.open();
    await running;
    await write("1");
    expect(session.flowName).toBe("B");
    await write(flowOf("B"));
    expect(session.flowName).toBe("B");
  });

  test("is the renamed one once a run is over during which its name was typed", async () => {
    const { session, gates, write } = await openTwo();
    session.parameters = {};
    const gate = gates.close("run");
    const running = session.startRun();
    await gate.reached;
    for (const name of ["B", "Bx", "Bxy"]) await write(flowOf(name));
    expect(session.flowName).toBe("B");
    gate.open();
    await running;
    expect(session.flowName).toBe("Bxy");
    // Whoever looks at a run of before sees the name that the flow had.
    await session.desk.showRun(session.desk.runs[0]!.run);
    expect(session.flowName).toBe("B");
    session.rested();
    expect(session.flowName).toBe("B");
  });

  test("may be one that is not in the text any more, of which there is a run", async () => {
    const { session, write } = await openTwo();
    session.parameters = {};
    await session.startRun();
    await write("");
    expect(session.flowName).toBe("A");
    await session.desk.showRun(session.desk.shownRun!);
    await write("1");
    expect(session.flowName).toBe("B");
  });
});

test("why no run began is said until one begins, or the form has other values", async () => {
  const { session, said } = makeSession("a");
  await session.openNotebook("a");
  session.setParameter("wrong", 1);
  await session.startRun();
  const refusal = expect.stringMatching(/wrong/);
  expect(said()).toEqual([refusal]);
  session.setParameter("wrong", 2);
  expect(said()).toEqual([]);

  await session.startRun();
  expect(said()).toEqual([refusal]);
  session.notify("info", "Something else.");
  await session.desk.runFlow({});
  expect(said()).toEqual(["Something else."]);
});

test("undo of another kind or name of a cell leads to that cell", async () => {
  const { session } = makeSession();
  await session.openMarkdown("```ts a\n1\n```\n\n```ts b\n2\n```\n");
  await session.text.editable();
  const [a, b] = session.notebook!.cells.map(({ id }) => id);
  session.text.editCell(a!, "3");
  session.text.setKind(b!, "md");
  expect(session.text.undo()).toEqual({ cell: b });
  expect(session.text.redo()).toEqual({ cell: b });
  session.text.undo();
  session.text.renameCell(b!, "c");
  expect(session.text.undo()).toEqual({ cell: b });
});

test("undo of another title leads to no cell", async () => {
  const { session } = makeSession();
  await session.openMarkdown(notebookOf("a"));
  await session.text.editable();
  session.text.editCell(session.notebook!.cells[0]!.id, "1");
  session.text.setTitle("Another");
  expect(session.text.undo()).toBeUndefined();
  expect(session.notebook?.title).toBe("a");
  expect(session.text.redo()).toBeUndefined();
});

test("a database that is started anew is told how far the store is known to have been, as the one before", async () => {
  const { session, parts } = makeSession("a");
  Object.assign(parts.mirror.notebooks, { a: { title: "a", generation: 7 } });
  const opened = vi.spyOn(parts.database, "open");
  await session.openIn(parts.database);
  expect(opened).not.toHaveBeenCalled();
  await session.openNotebook("a");
  await session.openIn(parts.database);
  const known = { readOnly: false, knownGeneration: 7 };
  expect(opened.mock.calls).toEqual([
    ["a", expect.objectContaining(known)],
    ["a", known],
  ]);
});

test("rows are asked of the database that is started anew, not of the one that is being ended", async () => {
  const { session, parts } = makeSession("a");
  await session.openNotebook("a");
  let started = (): void => {};
  const rows = vi.fn(() =>
    Promise.resolve({ columns: [], rows: [], total: 0 }),
  );
  Object.assign(parts.database, { query: rows });
  Object.assign(parts.engine, {
    restartDatabase: () => new Promise<void>((resolve) => (started = resolve)),
  });
  void session.restartDatabase();
  const reading = session.rows("SELECT 1");
  await allDone();
  expect(rows).not.toHaveBeenCalled();
  started();
  await reading;
  expect(rows).toHaveBeenCalledTimes(1);
});
