/** The examples do what their prose says, opened from the home page by a newcomer who presses the buttons. */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, openApp, test } from "./fixture.ts";
import {
  elementsOf,
  endOfRun,
  newestRun,
  openText,
  query,
  resume,
  run,
  startRun,
  statesOf,
  taskOf,
  waitFor,
} from "./notebooks.ts";

const index = JSON.parse(
  readFileSync("public/examples/index.json", "utf8"),
) as { name: string; title: string }[];

test.beforeEach(({ page }) => openApp(page));

function textOf(name: string): string {
  return readFileSync(`public/examples/${name}.flow.md`, "utf8");
}

/** The text of an example with one place of it changed. */
function changed(name: string, from: string, to: string): string {
  const text = textOf(name);
  expect(text.split(from)).toHaveLength(2);
  return text.replace(from, to);
}

/** Opens an example from the home page. */
async function openExample(page: Page, title: string): Promise<void> {
  await page.getByRole("button", { name: "All notebooks" }).click();
  await page.getByRole("button", { name: title }).first().click();
  await expect(
    page.getByRole("main").getByRole("heading", { name: title, exact: true }),
  ).toBeVisible();
  await page.evaluate(() => window.flowbook.graph());
}

async function rowsOf(page: Page, cell: string): Promise<unknown[]> {
  const output = await page.evaluate(
    (name) => window.flowbook.output(name),
    cell,
  );
  expect(output, cell).toMatchObject({ type: "table" });
  return output!.rows!;
}

const pressRun = (page: Page) =>
  page.getByRole("button", { name: "Run", exact: true }).first().click();

test("every example is drawn without a complaint before it runs, and shows no error but that there is nothing to show yet", async ({
  page,
}) => {
  for (const { title } of index) {
    await openExample(page, title);
    await expect(page.locator("svg [data-state]").first()).toBeVisible();
    await expect(page.getByText(/(Error|Warning) at line/)).toHaveCount(0);
    expect(await page.evaluate(() => window.flowbook.runs())).toEqual([]);
  }
});

test("Retries and failures", async ({ page }) => {
  await openExample(page, "Retries and failures");
  await pressRun(page);
  await waitFor(page, { Retries: "Success" });
  const first = await newestRun(page);
  expect(first.result).toEqual([
    "An answer, in attempt 3",
    "an empty page",
    expect.stringMatching(/^no number: Stopped after 500 ms/),
    "welcome",
  ]);
  for (const name of ["fetchPage", "countForEver"])
    expect(taskOf(first, name).message).toContain("fallback was used");
  const attempts = (await rowsOf(page, "attempts")) as {
    task: string;
    state: string;
  }[];
  const triesOf = (task: string) =>
    attempts.filter((row) => row.task === task).map(({ state }) => state);
  expect(triesOf("askServer")).toEqual(["Failed", "Failed", "Success"]);
  expect(triesOf("fetchPage")).toEqual(["Failed"]);
  expect(triesOf("countForEver")).toEqual(["TimedOut", "TimedOut"]);
  expect(triesOf("comeBack")).toEqual(["Failed", "Failed", "Success"]);

  await page.getByLabel("Failures of the server", { exact: true }).fill("4");
  await pressRun(page);
  await waitFor(page, { Retries: "Failed", askServer: "Failed" });
  const second = await newestRun(page);
  expect(second.state).toBe("Failed");
  expect(taskOf(second, "askServer")).toMatchObject({ attempts: 4 });

  const failures = async (broken: string) => {
    const report = await run(page, {
      flow: "Failures",
      parameters: { broken },
    });
    const { makeOffer, raiseAlarm, summarise } = statesOf(report);
    expect(summarise).toBe("Success");
    return {
      flow: report.state,
      makeOffer,
      raiseAlarm,
      summary: taskOf(report, "summarise").result,
    };
  };
  expect(await failures("prices")).toEqual({
    flow: "Failed",
    makeOffer: "TriggerFailed",
    raiseAlarm: "Success",
    summary: "2 of 3 tasks failed",
  });
  expect(await failures("nothing")).toEqual({
    flow: "Success",
    makeOffer: "Success",
    raiseAlarm: "TriggerFailed",
    summary: "0 of 3 tasks failed",
  });

  const signals = async (signal: string) => {
    const report = await run(page, { flow: "Signals", parameters: { signal } });
    const { tryOut, useIt } = statesOf(report);
    return [report.state, tryOut, useIt, report.result ?? null];
  };
  expect(await signals("success")).toEqual([
    "Success",
    "Success",
    "Success",
    "FOUND EARLY",
  ]);
  expect(await signals("skip")).toEqual([
    "Success",
    "Skipped",
    "Skipped",
    null,
  ]);
  expect(await signals("retry")).toEqual([
    "Success",
    "Success",
    "Success",
    "RETURNED BY ATTEMPT 2",
  ]);
  expect(await signals("fail")).toEqual([
    "Failed",
    "Failed",
    "TriggerFailed",
    null,
  ]);
});

test("Retries and failures, without the reference tasks: the flow is as its last tasks are", async ({
  page,
}) => {
  await openText(
    page,
    changed("retries-and-failures", ", { referenceTasks: [makeOffer] }", ""),
  );
  const stateWith = async (broken: string) =>
    (await run(page, { flow: "Failures", parameters: { broken } })).state;
  expect(await stateWith("prices")).toBe("Success");
  expect(await stateWith("nothing")).toBe("Failed");
});

test("another notebook that is opened while cells are still being shown shows its own", async ({
  page,
}) => {
  await openText(page, textOf("mapping"));
  await run(page, { flow: "Shelves" });
  await openText(page, textOf("branches"));
  await run(page, { flow: "Pages" });
  expect(
    await page.evaluate(() => window.flowbook.output("pages_found")),
  ).toMatchObject({ type: "json" });
});

test("Mapping", async ({ page }) => {
  await openExample(page, "Mapping");
  await pressRun(page);
  await waitFor(page, { Orders: "Failed" });
  const report = await newestRun(page);
  expect(elementsOf(report, "check")).toEqual([
    "Failed",
    ...Array<string>(11).fill("Success"),
  ]);
  expect(elementsOf(report, "convert")[0]).toBe("TriggerFailed");
  expect(statesOf(report)).toMatchObject({
    total: "TriggerFailed",
    keepGood: "Success",
    "load orders": "Success",
  });
  expect(await rowsOf(page, "loaded")).toMatchObject([
    { orders: 11, last: 12 },
  ]);

  const none = await run(page, { parameters: { count: 0 } });
  expect(none.state).toBe("Success");
  expect(taskOf(none, "total").result).toBe(0);
  const some = await run(page, { parameters: { count: 1000 } });
  expect(taskOf(some, "check").message).toBe("20 of 1000 failed.");
  expect(await rowsOf(page, "loaded")).toMatchObject([{ orders: 980 }]);

  await run(page, { flow: "Downloads" });
  const [download, parse] = (await rowsOf(page, "downloads")) as {
    task: string;
    elements: number;
    most_at_once: number;
    first_ended: string;
    last_ended: string;
  }[];
  expect(download).toMatchObject({
    task: "download",
    elements: 6,
    most_at_once: 2,
  });
  expect(parse!.first_ended < download!.last_ended).toBe(true);
  expect(
    await page.evaluate(() => window.flowbook.output("bars")),
  ).toMatchObject({ type: "html", text: expect.stringContaining("<svg") });

  await run(page, { flow: "Shelves" });
  const shown = await page.evaluate(() => window.flowbook.output("result"));
  expect(JSON.parse(shown!.text!)).toEqual({
    squares: [[1, 4], [9], [], [16, 25, 36]],
    flat: [1, 4, 9, 16, 25, 36],
    labels: ["top has 2", "middle has 1", "empty has 0", "bottom has 3"],
  });
});

test("Mapping, with a list too short, and with ten thousand orders", async ({
  page,
}) => {
  await openText(page, changed("mapping", '"middle", ', ""));
  const shelves = await run(page, { flow: "Shelves" });
  expect(taskOf(shelves, "label").state).toBe("Failed");
  expect(taskOf(shelves, "label").message).toMatch(/n has 4, name has 3/);
  const many = await run(page, {
    flow: "Orders",
    parameters: { count: 10_000 },
  });
  expect(taskOf(many, "check").message).toBe("200 of 10000 failed.");
  expect(taskOf(many, "check").children).toHaveLength(10_000);
  expect(await query(page, "SELECT count(*) AS n FROM orders")).toEqual([
    { n: 9800 },
  ]);
});

test("Branches", async ({ page }) => {
  await openExample(page, "Branches");
  const largest = [
    { name: "Oslo", people: 717_710 },
    { name: "Bergen", people: 291_940 },
  ];
  for (const [format, taken] of [
    ["csv", "fromLines-1"],
    ["json", "fromJson-1"],
    ["other", "fromLines-2"],
  ] as const) {
    await page.getByLabel("Format", { exact: true }).selectOption(format);
    await pressRun(page);
    await expect
      .poll(async () => {
        const [newest] = await page.evaluate(() => window.flowbook.runs());
        return [newest?.state, newest?.parameters["format"]];
      })
      .toEqual(["Success", format]);
    const report = await newestRun(page);
    for (const branch of ["fromLines-1", "fromJson-1", "fromLines-2"])
      expect(taskOf(report, branch).state, `${branch} for ${format}`).toBe(
        branch === taken ? "Success" : "Skipped",
      );
    expect(await rowsOf(page, "cities")).toEqual(largest);
  }
  const all = await run(page, { parameters: { limit: 3 } });
  expect(taskOf(all, "largest").state).toBe("Skipped");
  expect(await rowsOf(page, "cities")).toHaveLength(3);

  const quiet = await run(page, { flow: "News" });
  expect(quiet).toMatchObject({ state: "Success", result: "no news today" });
  expect(statesOf(quiet)).toEqual({
    findNews: "Skipped",
    writeLetter: "Skipped",
    send: "Skipped",
    keepDiary: "Success",
  });
  const news = await run(page, { flow: "News", parameters: { hasNews: true } });
  expect(news.result).toBe("1 news");

  await run(page, { flow: "Trips" });
  expect(await rowsOf(page, "trips")).toEqual([
    { city: "Bergen", days: 3, mean: 7 },
    { city: "Oslo", days: 3, mean: 5 },
    { city: "Tromsø", days: 5, mean: 8 },
  ]);

  await run(page, { flow: "Pages" });
  expect(
    await page.evaluate(() => window.flowbook.output("pages_found")),
  ).toEqual({ type: "json", text: '{"rows":20,"pages":4}' });
});

test("Caching and Resume: lookUp is called for what is new, and again when its code or key has changed", async ({
  page,
}) => {
  await openExample(page, "Caching and Resume");
  const calls = async () => {
    const rows = await query(
      page,
      "SELECT count(*) AS n FROM calls WHERE task = 'lookUp'",
    );
    return rows[0]!["n"];
  };
  const first = await run(page);
  expect(await calls()).toBe(2);
  const states = [
    ...elementsOf(first, "lookUp-1"),
    taskOf(first, "lookUp-2").state,
    taskOf(first, "lookUp-3").state,
  ];
  expect(states.filter((state) => state === "Success")).toHaveLength(2);
  expect(states.filter((state) => state === "Cached")).toHaveLength(2);

  const second = await run(page);
  expect(await calls()).toBe(2);
  expect(statesOf(second)).toMatchObject({
    listPlaces: "Success",
    addUp: "Success",
  });
  expect(taskOf(second, "lookUp-2")).toMatchObject({
    state: "Cached",
    message: expect.stringContaining("valid for another 1 h"),
  });
  await run(page, { parameters: { count: 3 } });
  expect(await calls()).toBe(3);

  await edit(page, "caching", "place.length }", "place.length + 1 }");
  const edited = await run(page);
  expect(await calls()).toBe(5);
  expect(taskOf(edited, "addUp").result).toBe(10);
  await edit(page, "caching", "letters-1", "letters-2");
  await run(page);
  expect(await calls()).toBe(7);
  expect(await rowsOf(page, "calls")).toMatchObject([
    { task: "lookUp", calls: 7, inputs: 3 },
  ]);
});

/** Changes a place in a cell's text as the reader would. */
async function edit(
  page: Page,
  cell: string,
  from: string,
  to: string,
): Promise<void> {
  const before = await page.evaluate(() => window.flowbook.markdown());
  const source = new RegExp(`\`\`\`ts ${cell}\\n([^]*?)\\n\`\`\``).exec(
    before,
  )![1]!;
  expect(source.split(from)).toHaveLength(2);
  await page
    .getByRole("region", { name: `TypeScript cell ${cell}`, exact: true })
    .scrollIntoViewIfNeeded();
  const editor = page.getByRole("textbox", {
    name: `Code of cell ${cell}`,
    exact: true,
  });
  await editor.click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(source.replace(from, to));
  await expect
    .poll(() => page.evaluate(() => window.flowbook.markdown()))
    .toContain(to);
}

test("Caching and Resume: Resume runs what is missing or changed, and a part of a flow runs by itself", async ({
  page,
}) => {
  await openExample(page, "Caching and Resume");
  await page.getByLabel("Flow", { exact: true }).selectOption("Resume");
  await pressRun(page);
  await waitFor(page, {
    Resume: "Failed",
    collect: "Success",
    thank: "Success",
    check: "Failed",
    publish: "TriggerFailed",
  });
  const failed = await newestRun(page);
  expect(taskOf(failed, "check").message).toBe(
    "23 is more than 20. Raise the limit and press Resume.",
  );

  const calls = async () =>
    (
      await query(
        page,
        "SELECT task, count(*) AS n FROM calls GROUP BY task ORDER BY task",
      )
    ).map(({ task, n }) => `${task} ${n}`);
  await page.getByLabel("Limit", { exact: true }).fill("50");
  const resumeButton = page.getByRole("button", { name: /^Resume/ }).first();
  await resumeButton.click();
  await waitFor(page, { Resume: "Success", check: "Success" });
  const resumed = await newestRun(page);
  expect(resumed).toMatchObject({
    id: failed.id,
    result: "6 numbers published",
  });
  expect(await calls()).toEqual(["collect 1", "publish 1", "thank 1"]);

  await edit(page, "resuming", 'return "Thank you"', 'return "Thanks"');
  const thanked = await resume(page, { flow: "Resume" });
  expect(thanked).toMatchObject({ id: failed.id, state: "Success" });
  expect(taskOf(thanked, "thank").result).toBe("Thanks");
  expect(await calls()).toEqual(["collect 1", "publish 1", "thank 2"]);

  const from = await run(page, {
    flow: "Resume",
    from: "check",
    parameters: { limit: 50 },
  });
  expect(statesOf(from)).toMatchObject({
    collect: "Cached",
    check: "Success",
    publish: "Success",
  });
  await run(page, { flow: "Resume", to: "thank" });
  expect(await calls()).toEqual(["collect 2", "publish 2", "thank 3"]);

  await run(page, { flow: "Resume", parameters: { limit: 20 } });
  await page.evaluate(() => window.flowbook.markSuccess("check", [1, 2]));
  const marked = await resume(page, { flow: "Resume" });
  expect(marked.result).toBe("2 numbers published");

  expect((await rowsOf(page, "runs"))[0]).toMatchObject({
    flow: "Resume",
    state: "Success",
    success: 4,
    failed: 0,
  });
  expect(await rowsOf(page, "messages")).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        name: "check",
        message: "Marked as a success by hand.",
      }),
    ]),
  );
});

test("Schedules and approvals: nothing runs by itself before the reader turns the switch", async ({
  page,
}) => {
  await openExample(page, "Schedules and approvals");
  const schedule = page.getByRole("switch", {
    name: "Run Clock by its schedule",
  });
  await expect(schedule).not.toBeChecked();
  await schedule.click();
  await expect(schedule).toBeChecked();
  await expect(page.getByText(/next (in|now)/)).toBeVisible();
  await schedule.click();
  await expect(schedule).not.toBeChecked();
  await run(page);
  expect(await rowsOf(page, "ticks")).toMatchObject([{ source: "by hand" }]);
});

test("Schedules and approvals, every second: the flow runs at its times with the schedule's parameters", async ({
  page,
}) => {
  await openText(
    page,
    changed("schedules-and-approvals", 'every("1m"', 'every("1s"'),
  );
  const ticks = () =>
    query(page, "SELECT name FROM sqlite_schema WHERE name = 'ticks'").then(
      (found) =>
        found.length === 0
          ? []
          : query(page, "SELECT due, source FROM ticks ORDER BY due"),
    );
  await expect.poll(async () => (await ticks()).length).toBeGreaterThan(1);
  await page.evaluate(() => window.flowbook.schedule(false));
  const [first, second] = await ticks();
  expect(first!["source"]).toBe("every minute");
  for (const tick of [first!, second!])
    expect(Date.parse(String(tick["due"])) % 1000).toBe(0);
  const [report] = await page.evaluate(() => window.flowbook.runs());
  expect(report!.parameters).toEqual({ source: "every minute" });
});

test("Schedules and approvals: a run rests, survives a reload, and goes on with the answers given in the page", async ({
  page,
}) => {
  await openExample(page, "Schedules and approvals");
  const waiting = page.getByRole("region", { name: "Tasks that wait for you" });
  await page.getByLabel("Flow", { exact: true }).selectOption("Publish");
  await pressRun(page);
  await expect(waiting).toContainText("2 tasks wait for you");
  await expect.poll(async () => (await newestRun(page)).state).toBe("Paused");
  const paused = await newestRun(page);
  await page.reload();
  await expect(waiting).toContainText("2 tasks wait for you");
  expect(await newestRun(page)).toMatchObject({
    id: paused.id,
    state: "Paused",
  });

  await page
    .getByRole("button", { name: "Approve: Publish these prices?" })
    .click();
  const gate = page.getByRole("form", { name: "Answer Publish these prices?" });
  await expect(gate.getByText("tea")).toBeVisible();
  await gate.getByRole("button", { name: "Approve" }).click();
  await page.getByRole("button", { name: "Answer: Which discount?" }).click();
  const form = page.getByRole("form", { name: "Answer Which discount?" });
  await form.getByLabel("Discount in percent").fill("50");
  await form.getByLabel("Reason").fill("spring");
  await form.getByRole("button", { name: "Send" }).click();
  await waitFor(page, { Publish: "Success", "clean up workshop": "Success" });
  const report = await newestRun(page);
  expect(report).toMatchObject({ id: paused.id, result: "spring" });
  expect(report.tasks.map(({ attempts }) => attempts)).toEqual(
    report.tasks.map(() => 1),
  );
  expect(await rowsOf(page, "prices")).toEqual([
    { item: "rice", price: 1 },
    { item: "salt", price: 0.5 },
    { item: "tea", price: 1.5 },
  ]);
  expect(await rowsOf(page, "workshops")).toEqual([
    { name: "corner", state: "closed", times: 1 },
  ]);
  const logged = await query(page, "SELECT text FROM history.logs");
  expect(logged.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      "working in corner",
      expect.stringMatching(/^applyDiscount was .* and is Success$/),
    ]),
  );
});

test("Schedules and approvals: what is declined is skipped, and tasks wait for Resume and Start", async ({
  page,
}) => {
  await openExample(page, "Schedules and approvals");
  await startRun(page, { flow: "Publish" });
  await waitFor(page, { Publish: "Paused" });
  await page.evaluate(async () => {
    await window.flowbook.answer("ask", {
      type: "approve",
      value: { percent: 20 },
    });
    await window.flowbook.answer("Publish these prices?", {
      type: "decline",
      message: "too dear",
    });
  });
  const declined = await endOfRun(page);
  expect(declined.state).toBe("Success");
  expect(statesOf(declined)).toMatchObject({
    "Publish these prices?": "Skipped",
    "Which discount?": "Success",
    applyDiscount: "Skipped",
    "load prices": "Skipped",
    "clean up workshop": "Success",
  });
  expect(taskOf(declined, "approve-1").message).toBe("Declined: too dear.");
  expect(
    await query(page, "SELECT name FROM sqlite_schema WHERE name = 'prices'"),
  ).toEqual([]);

  await page.getByLabel("Flow", { exact: true }).selectOption("Order");
  await pressRun(page);
  await waitFor(page, { Order: "Paused", order: "Paused" });
  const waiting = page.getByRole("region", { name: "Tasks that wait for you" });
  await waiting.getByRole("button", { name: /order/ }).click();
  await page
    .getByRole("form", { name: "Answer order" })
    .getByRole("button", { name: "Resume" })
    .click();
  await waitFor(page, { order: "Success", sendInvoice: "Paused" });
  await waiting.getByRole("button", { name: /sendInvoice/ }).click();
  await page
    .getByRole("form", { name: "Answer sendInvoice" })
    .getByRole("button", { name: "Start" })
    .click();
  await waitFor(page, { Order: "Success" });
  expect((await newestRun(page)).result).toBe(
    "invoice: ordered 250, as you wished",
  );
  await startRun(page, { flow: "Order", parameters: { amount: 5 } });
  await waitFor(page, { order: "Success", sendInvoice: "Paused" });
  await page.evaluate(() => window.flowbook.cancel());
  expect((await endOfRun(page)).state).toBe("Cancelled");
});

test("Files and formats", async ({ page }) => {
  await openExample(page, "Files and formats");
  await pressRun(page);
  await waitFor(page, { "Messy file": "Success" });
  const first = await newestRun(page);
  const north = { id: 1, shop: "North", amount: 12.5 };
  expect(first.result).toEqual([
    north,
    { id: 2, shop: "South", amount: 7 },
    { id: 6, shop: "South", amount: 30 },
  ]);
  expect(await rowsOf(page, "shops")).toEqual([
    { shop: "North", sales: 1, amount: 12.5 },
    { shop: "South", sales: 2, amount: 37 },
  ]);
  const [log] = (await query(
    page,
    "SELECT text FROM history.logs WHERE level = 'warning'",
  )) as { text: string }[];
  expect(log!.text).toContain("line 4: it has 4 fields");
  expect(log!.text).toContain("line 5: a quote is opened and not closed");
  const snapshots = await query(
    page,
    "SELECT count(*) AS n FROM sqlite_schema WHERE name GLOB 'sales_2*'",
  );
  expect(snapshots).toEqual([{ n: 1 }]);

  const second = await run(page, { flow: "Formats" });
  expect(second.state).toBe("Success");
  const result = second.result as {
    sizes: { format: string; bytes: number }[];
    end: unknown;
    streamed: number;
  };
  expect(result.sizes.map(({ format }) => format)).toEqual(
    "CSV NDJSON Parquet Excel SQLite".split(" "),
  );
  for (const { bytes } of result.sizes) expect(bytes).toBeGreaterThan(1000);
  expect(result.end).toEqual([{ id: 9998 }, { id: 9999 }]);
  expect(result.streamed).toBe(10_000);
});
