import { describe, expect, it } from "vitest";
import { lint, lintMarked } from "./linting.ts";

/** One warning on the text between `⟦` and `⟧`, which says this. */
function expectWarning(
  source: string,
  advice: string,
  code = "flow-body",
): void {
  const { found, expected } = lintMarked(source);
  expect(found).toMatchObject([{ severity: "warning", code, ...expected }]);
  expect(found[0]?.message).toContain(advice);
}

/** A task with options. */
const live =
  "const live = task((n) => n, { retries: 3, timeout: '5s', tags: ['api'] })\n";

describe("a task called in a task", () => {
  it.each([
    [
      `${live}const t = task(async () => await ⟦live(1)⟧)`,
      "the options retries and timeout of the task do not apply",
    ],
    [
      `${live}const again = live.with({ name: "again" })\nconst t = task(async () => await ⟦again(1)⟧)`,
      "retries and timeout",
    ],
    [
      `${live}const alias = live\nconst t = task(async () => await ⟦alias(1)⟧)`,
      "retries and timeout",
    ],
    [
      `${live}const t = task(async () => await ⟦live.map([1, 2])⟧)`,
      "retries and timeout",
    ],
    [
      "const t = task(async () => await ⟦extract.with({ cacheFor: '1d' })(1)⟧)",
      "the option cacheFor of the task does not apply",
    ],
    [
      `${live}const t = task(async () => { for (const n of [1]) await Promise.all([1].map(() => ⟦live(n)⟧)) })`,
      "Call it in the body of the flow",
    ],
    [
      `${live}const r = resource(() => 1, async (n) => { await ⟦live(n)⟧ })`,
      "retries",
    ],
  ])("is a plain call without its options: %s", expectWarning);

  it.each([
    `${live}const x = await live(1)\nx`,
    `${live}async function help() { return await live(1) }\nconst t = task(() => help())`,
    `${live}flow("F", () => live(1))`,
    "const t = task(async () => await extract(1))",
    "const plain = task((n) => n, { retries: 0, tags: ['a'], name: 'b', trigger: triggers.anyFailed })\nconst t = task(async () => await plain(1))",
    "const t = task(async () => await fetchJson('https://example.org'))",
    "const a = a.with({ retries: 1 })\nconst t = task(async () => await a(1))",
  ])("is nothing to speak of: %s", (source) => {
    expect(lint(source)).toEqual([]);
  });
});

describe("a task that starts although something has failed", () => {
  const flow = `\nflow("F", () => { const n = param("n", 1); return report(extract(n), n) })`;

  it.each([
    [
      `const report = task((⟦rows⟧: string[]) => rows.length, { trigger: triggers.allFinished })${flow}`,
      "With triggers.allFinished the task starts although `extract(n)` may have failed",
    ],
    [
      `const report = task((⟦rows⟧: string[]) => rows.length, { trigger: triggers.someFailed({ atLeast: 1 }) })${flow}`,
      "Write `string[] | Error | null`",
    ],
    [
      `const report = task((⟦rows⟧: readonly string[] | null, day: number) => rows?.length ?? day, { trigger: triggers.anySuccessful })${flow}`,
      "The type of `rows` does not say so",
    ],
    [
      `interface Row { id: number }\nconst report = task((⟦row⟧: Row) => row.id, { trigger: triggers.anyFailed })${flow}`,
      "Write `Row | Error | null`",
    ],
    [
      `type Rows2 = { id: number }[]\nconst report = task((⟦{ length }: Rows2 = []⟧) => length)\nflow("F", () => report.with({ trigger: triggers.allFailed })(extract()))`,
      "Write `Rows2 | Error | null`",
    ],
    [
      `const count2 = (⟦rows⟧: Map<string, number>) => rows.size\nconst report = task(count2, { trigger: triggers.allFinished })${flow}`,
      "instanceof Error",
    ],
  ])("is told of an Error that its types do not know: %s", expectWarning);

  it.each([
    ["readonly string[]", "Write `(string | Error | null)[] | Error | null`"],
    [
      "(string | number)[]",
      "Write `((string | number) | Error | null)[] | Error | null`",
    ],
    ["Map<string, number>", "Write `Map<string, number> | Error | null`"],
  ])("is told of the Errors in a mapped list: %s", (type, words) => {
    expectWarning(
      `const report = task((⟦rows⟧: ${type}) => rows, { trigger: triggers.allFinished })
       flow("F", () => { const mapped = extract.map([1, 2]); return report(mapped) })`,
      words,
    );
  });

  it("is told once, in however many flows it is called", () => {
    expect(
      lint(
        `const report = task((rows: string[]) => rows.length, { trigger: triggers.allFinished })
         flow("F", () => report(extract())); flow("G", () => report(extract()))`,
      ),
    ).toHaveLength(1);
  });

  it.each([
    "(rows: string[] | Error | null) => rows",
    "(rows: any) => rows",
    "(rows: unknown) => rows",
    "(rows) => rows",
    "(rows = []) => rows",
    "(rows: Elsewhere) => rows",
    "(rows: Result) => rows",
    "(rows: { message: string }) => rows",
    "(rows: Failure) => rows",
    "(rows: string[] | MyError) => rows",
    "(...rows: string[]) => rows",
    "<T,>(rows: T) => rows",
  ])("may be ready for it: %s", (body) => {
    expect(
      lint(
        `type Result = string[] | Error
         interface Failure extends Error { id: number }
         const report = task(${body}, { trigger: triggers.allFinished })${flow}`,
      ),
    ).toEqual([]);
  });

  it.each([
    "const report = task((rows: string[], day: number) => rows.length)",
    "const report = task((rows: string[], day: number) => rows.length, { trigger: triggers.notAllSkipped })",
    "const report = task((rows: string[], day: number) => rows.length, { trigger: (upstream) => upstream.length > 1 })",
  ])("is another one than this: %s", (source) => {
    expect(lint(`${source}${flow}`)).toEqual([]);
  });

  it("is given no Error for a parameter of the flow or for what it only waits for", () => {
    expect(
      lint(
        `const report = task((day: number, to: string) => day, { trigger: triggers.allFinished })
         flow("F", ({ days }) => report.with({ waitFor: [extract()] })(days[0], "me"), { parameters: { days: [1] } })
         flow("G", () => { const { a } = param("p", { type: "json" }); return report(a, "me") })`,
      ),
    ).toEqual([]);
  });
});

describe("a catch", () => {
  it.each([
    [
      "const t = task(async () => { try { if (1 > 0) throw skip('no') } ⟦catch⟧ (error) { log(error) } })",
      "This catch also catches `skip('no')`",
    ],
    [
      "const t = task(async () => { try { retry('later') } ⟦catch⟧ { return null } })",
      "Move that call behind the try",
    ],
    [
      "function help() { try { success(1) } ⟦catch⟧ (error) { console.warn(`${error}`, error.message) } }",
      "success",
    ],
    [
      "const t = task(() => { try { try { 1 } catch { pause() } } ⟦catch⟧ { 2 } })",
      "pause",
    ],
  ])("swallows a signal: %s", expectWarning);

  it.each([
    "const t = task(() => { try { skip() } catch (error) { log(error); throw error } })",
    "const t = task(() => { try { skip() } catch (error) { if (isOdd(error)) return 1 } }); function isOdd() { return true }",
    "const t = task(() => { let failure; try { skip() } catch (error) { failure = error } throw failure })",
    "const t = task(() => { try { skip() } finally { log(1) } })",
    "const t = task(() => { try { [1].map(() => skip()) } catch { 1 } })",
    "const t = task(() => { try { extract(1); return 1 } catch { skip() } })",
    "const t = task(() => { try { throw fail('own') } catch (error) { log(error) } })",
    "const t = task(() => { try { try { retry() } catch (e) { throw e } } catch (e) { throw e } })",
    "const skip2 = () => 1; const t = task(() => { try { skip2() } catch { 1 } })",
  ])("is no such one: %s", (source) => {
    expect(
      lint(source).filter(({ message }) => message.includes("catch")),
    ).toEqual([]);
  });
});

describe("a parameter", () => {
  it.each([
    [
      `flow("F", () => [param("n", 1), ⟦param("n", 2)⟧])`,
      'write `param("n")` where it is used again',
    ],
    [
      `flow("F", () => [param("n", { type: "number", default: 1 }), ⟦param("n", { type: "number", default: 1, min: 0 })⟧])`,
      "twice",
    ],
    [`flow("F", () => [param("n"), ⟦param("n", 1)⟧])`, "where it stands first"],
    [
      `flow("F", () => when(extract(), () => param("n", "a"), () => ⟦param("n", "b")⟧))`,
      "twice",
    ],
    [
      `flow("F", ({ n }) => [n, ⟦param("n", 2)⟧], { parameters: { n: 1 } })`,
      "twice",
    ],
  ])("is described twice: %s", expectWarning);

  it.each([
    `flow("F", () => [param("n", 1), param("n"), param("n", 1)])`,
    `flow("F", () => [param("n", { default: "a" }), param("n", "a")])`,
    `flow("F", () => param("n", 1)); flow("G", () => param("n", 2))`,
    `const n = 5; flow("F", () => [param("n", n), param("n", 2)])`,
    `flow("F", () => ["a", "b"].map((name) => param(name, 2)))`,
    `flow("F", ({ n }) => [n, param("n")], { parameters: { n: 1 } })`,
  ])("is described well: %s", (source) => {
    expect(lint(source)).toEqual([]);
  });

  it.each([
    ["const n = ⟦param('n', 1)⟧", "outside the body of a flow"],
    ["const t = task(() => ⟦param('n', 1)⟧)", "pass what it returns"],
    [
      "async function help() { return ⟦param('n')⟧ }",
      "where there are no parameters",
    ],
  ])("outside a flow is nothing: %s", expectWarning);

  it.each([
    "const ofAirport = () => param('airport', 'IAD'); flow('F', () => extract(ofAirport()))",
    "function elsewhere() { return param('n') }",
    "const body = () => extract(param('n')); const bodies = { body }; flow('F', bodies.body)",
  ])("may stand in a function: %s", (source) => {
    expect(lint(source)).toEqual([]);
  });
});

describe("a flow", () => {
  const own = `const etl = flow("F", () => extract());`;

  it.each([
    [`${own} ⟦etl()⟧; let end`, "write `etl.result`"],
    [`${own} const rows = await ⟦etl.map([{}])⟧`, "Press Run"],
    [
      `${own} const t = task(async () => await ⟦etl()⟧)`,
      "or call its tasks here",
    ],
  ])("called outside a flow is refused: %s", expectWarning);

  it.each([
    `${own} flow("G", () => [etl(), etl.map([{}])])`,
    `${own} display(etl.result); etl.state`,
    `${own} const help = () => etl(); flow("G", () => help())`,
  ])("is used well: %s", (source) => {
    expect(lint(source)).toEqual([]);
  });

  it("has a name of its own", () => {
    const found = lint(`flow("F", () => extract())\nflow("F", () => count(1))`);
    expect(found).toMatchObject([
      { code: "duplicate-name", place: "1:1" },
      { code: "duplicate-name", place: "2:1" },
    ]);
  });
});

describe("what is about the task run", () => {
  it.each([
    ["const n = ⟦context⟧.attempt", "at the top level of a cell there is none"],
    ["const { attempt } = ⟦context⟧", "Use it in a task"],
    ["⟦progress(1, 2)⟧; let end", "at the top level of a cell there is none"],
    ["⟦skip('nothing')⟧; let end", "skip(...)"],
    [
      "flow('F', () => extract(⟦context⟧.attempt))",
      "while a flow is drawn there is none",
    ],
    [
      "flow('F', () => when(extract(), () => count(1), () => ⟦skip('no')⟧))",
      "skip(...)",
    ],
  ])("is not there: %s", expectWarning);

  it.each([
    "const t = task(() => { progress(1, 2); log(context.attempt); skip() })",
    "function help() { progress(1); return context.signal }",
    "const o = { context: 1 }; o.context",
    "const context2 = { a: 1 }; context2.a",
    "const t = task(() => 1, { name: () => `${context.attempt}`, trigger: () => skip() })",
    "flow('F', () => extract.with({ name: () => `${context.attempt}` })(1))",
    "const f = (context) => context.a",
  ])("is there: %s", (source) => {
    expect(lint(source)).toEqual([]);
  });
});

describe("a length of time", () => {
  it.each([
    "const t = task(() => 1, { timeout: ⟦'5 s'⟧ })",
    "const t = task(() => 1, { timeout: ⟦-5⟧ })",
    "const t = task(() => 1, { timeout: 1 > 0 ? ⟦'1e3s'⟧ : '5s' })",
    "const t = task(() => 1, { retries: 1, retryDelay: ['1s', ⟦'-5s'⟧] })",
    "const t = task(() => 1, { retries: 1, retryDelay: () => ⟦'1 m'⟧ })",
    "const t = task(() => 1, { retries: 1, retryDelay: exponentialBackoff(⟦'2 s'⟧) })",
    "const t = task(() => 1, { retries: 1, retryDelay: exponentialBackoff('2s', { max: ⟦'1e3s'⟧ }) })",
    "const t = task(() => 1, { cacheFor: ⟦'1 d'⟧ })",
    "const t = task(() => 1, { cacheFor: ⟦'for ever'⟧ })",
    "const t = resource(() => 1, () => {}, { timeout: ⟦`5 s`⟧ })",
    "const t = task(() => retry('later', { after: ⟦'30 s'⟧ }))",
    "flow('F', () => extract.with({ timeout: ⟦'5 s'⟧ })(1))",
    "flow('F', () => extract.with({ retryDelay: exponentialBackoff(⟦'5 s'⟧) })(1))",
    "flow('F', () => extract(), { timeout: ⟦'10 m'⟧ })",
    "flow('F', () => approve(extract(), 'go?', { timeout: ⟦'1 h'⟧ }))",
    "flow('F', () => ask('how many?', { n: 1 }, { timeout: ⟦'1 h'⟧ }))",
    "flow('F', () => extract(), { schedule: every(⟦'15 m'⟧) })",
  ])("is none: %s", (source) => {
    expectWarning(source, '"10s", "5m", "1h" or "2d"', "invalid-option");
  });

  it("has to be long enough to run a flow by", () => {
    expectWarning(
      "flow('F', () => extract(), { schedule: [every('15m'), every(⟦500⟧)] })",
      "at least 1s",
      "invalid-option",
    );
  });

  it.each([
    "const t = task(() => 1, { timeout: '5s', retryDelay: ['1s', 250, '1.5m'], cacheFor: 'forever', tags: ['5 s'] })",
    "const wait = '5 s'; const t = task(() => 1, { timeout: wait })",
    "const t = task(() => 1, { retryDelay: (attempt) => attempt * 1000, name: '5 s' })",
    "flow('F', () => extract(), { schedule: every('1h'), timeout: 60_000 })",
    "const o = { timeout: '5 s' }; other({ timeout: '5 s' }); function other() {}",
    "const every2 = (text) => text; every2('5 s')",
  ])("is one, or none of ours: %s", (source) => {
    expect(lint(source)).toEqual([]);
  });
});

describe("a rate", () => {
  it.each([
    "'5 / s'",
    "'-5/s'",
    "'5/d'",
    "'fast'",
    "'1e3/h'",
    "'0.5/s'",
    "'0/s'",
  ])("is none: %s", (rate) => {
    expectWarning(
      `const t = task(() => 1, { tags: ["api"], concurrency: { api: ⟦${rate}⟧ } })`,
      'Write "5/s", "100/m" or "1000/h"',
      "invalid-option",
    );
    expectWarning(
      `flow("F", () => extract(), { concurrency: { gpu: 1, api: ⟦${rate}⟧ } })`,
      "is not a rate",
      "invalid-option",
    );
  });

  it("is one", () => {
    expect(
      lint(
        `const t = task(() => 1, { concurrency: { a: 2, b: "5/s", c: "100/m" } })`,
      ),
    ).toEqual([]);
  });
});

describe("a cron line", () => {
  it.each([
    ["⟦'0 25 * * *'⟧", 'The hour of the cron line "0 25 * * *"'],
    ["⟦'60 * * * *'⟧", "It takes 0 to 59"],
    ["⟦'0 6 * *'⟧", "five fields"],
    ["⟦'0 0 6 * * *'⟧", "has 6"],
    ["⟦'0 6 * * MOO'⟧", "SUN to SAT"],
    ["⟦'0 6 * * 1'⟧, { timeZone: 'Europe/Berlim' }", "Europe/Berlin"],
    ["⟦'0 0 31 2 *'⟧", 'The times of "0 0 31 2 *" never come'],
  ])("is none: cron(%s)", (given, advice) => {
    expectWarning(
      `flow("F", () => extract(), { schedule: cron(${given}) })`,
      advice,
      "invalid-option",
    );
  });

  it.each([
    "'0 6 * * 1-5', { timeZone: 'Europe/Berlin' }",
    "'*/15 0,12 1 JAN *'",
    "'0 0 29 2 *'",
    "line",
    "`0 ${hour} * * *`",
  ])("is one, or cannot be told: cron(%s)", (given) => {
    expect(
      lint(
        `const hour = 6, line = "x"; flow("F", () => extract(), { schedule: cron(${given}) })`,
      ),
    ).toEqual([]);
  });
});
