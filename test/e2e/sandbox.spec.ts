import { readFileSync } from "node:fs";
import { startEvilHost, type EvilHost } from "./evil.ts";
import { expect, openApp, test } from "./fixture.ts";

const attempts = readFileSync(
  new URL("../fixtures/attack/attempts.js", import.meta.url),
  "utf8",
);

/** A notebook whose only task runs `body`, in which `evil` is a host that was never allowed. */
const attackNotebook = (evil: string, body: string): string =>
  `---\nflowbook: 1\ntitle: Attack\n---\n\n\`\`\`\`js attack\nconst attack = task(async (evil) => {\n${body}\n}, { timeout: "60s" })\nflow("Attack", () => attack(${JSON.stringify(evil)}))\n\`\`\`\`\n`;

/** Means that no browser gives up in a sandbox for, with what they may give. */
const harmless: Record<string, string> = {};

test.describe("hostile code", () => {
  let evil: EvilHost;
  test.beforeEach(async () => {
    evil = await startEvilHost();
  });
  test.afterEach(() => evil.close());
  test.beforeEach(({ complaints }) => complaints.allow(/.*/));

  test("in a task it reaches nothing of the app and no host that was not allowed", async ({
    page,
  }) => {
    test.setTimeout(120_000);
    await openApp(page);
    const report = await page.evaluate(
      async (markdown) => {
        localStorage.setItem("secret", "the reader's");
        const channel = new BroadcastChannel("flowbook-test");
        channel.onmessage = () => channel.postMessage("the app heard it");
        await window.flowbook.open(markdown);
        return window.flowbook.run();
      },
      attackNotebook(evil.origin, attempts),
    );
    expect(report.state, JSON.stringify(report)).toBe("Success");
    const found = report.tasks[0]?.result as Record<string, string>;
    const leaked = Object.entries(found).filter(
      ([name, got]) => got !== "refused" && got !== harmless[name],
    );
    expect(leaked).toEqual([]);
    expect(evil.hits).toEqual([]);
  });

  test("without the sandbox the same code gets through, so the test above can see a leak", async ({
    page,
  }) => {
    test.setTimeout(120_000);
    await openApp(page);
    const found = await page.evaluate(
      async ([body, origin]) => {
        const channel = new BroadcastChannel("flowbook-test");
        channel.onmessage = () => channel.postMessage("the app heard it");
        const text = `(async () => { const evil = ${JSON.stringify(origin)}; ${body} })().then(found => postMessage(found))`;
        const worker = new Worker(
          URL.createObjectURL(new Blob([text], { type: "text/javascript" })),
        );
        return new Promise<Record<string, string>>((resolve) => {
          worker.onmessage = (event) => resolve(event.data);
        });
      },
      [attempts, evil.origin] as const,
    );
    for (const name of [
      "indexedDB",
      "indexedDB.databases",
      "broadcast",
      "fetch",
      "fetch no-cors",
      "XMLHttpRequest",
      "EventSource",
    ])
      expect(found[name], name).not.toBe("refused");
    expect(evil.hits.length).toBeGreaterThan(3);
  });

  test("finds no way into a trusted worker through the ports that it can catch", async ({
    page,
  }) => {
    await openApp(page);
    const body = `
      const ports = new Set();
      const post = MessagePort.prototype.postMessage;
      MessagePort.prototype.postMessage = function (...args) { ports.add(this); return post.apply(this, args) };
      const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data");
      Object.defineProperty(MessageEvent.prototype, "data", { get() {
        if (this.currentTarget instanceof MessagePort) ports.add(this.currentTarget);
        const value = data.get.call(this);
        if (value?.port instanceof MessagePort) ports.add(value.port);
        return value;
      } });
      log("catches the engine's port");
      await db.query("SELECT 1");
      progress(1, 2);
      await new Promise(resolve => setTimeout(resolve, 100));
      let answers = 0;
      const codes = ["return (async () => { const open = indexedDB.open('stolen'); await new Promise(r => open.onsuccess = r); })()", "globalThis.stolen = true"];
      let id = 1;
      for (const port of ports) {
        port.addEventListener("message", (event) => { if (event.data?.id?.startsWith?.("attack")) answers += 1 });
        for (const path of [["constructor", "constructor"], ["query", "constructor"], ["__proto__", "constructor", "constructor"], ["commit"], ["removeFile"]])
          for (const type of ["GET", "SET", "APPLY", "CONSTRUCT", "ENDPOINT", "RELEASE"])
            for (const code of codes)
              post.call(port, { id: "attack-" + id++, type, path, value: { type: "RAW", value: code }, argumentList: [{ type: "RAW", value: code }] });
        for (const method of ["constructor", "__proto__", "toString", "commit", "open", "remove", "hasOwnProperty"])
          post.call(port, { call: 100000 + id++, method, sql: codes[0], parameters: [], args: [codes[0]] });
      }
      await new Promise(resolve => setTimeout(resolve, 500));
      const [row] = await db.query("SELECT 41 + 1 AS answer");
      return { ports: ports.size, answers, answer: row.answer };`;
    const { report, databases, prototype } = await page.evaluate(
      async (markdown) => {
        await window.flowbook.open(markdown);
        const report = await window.flowbook.run();
        return {
          report,
          databases: (await indexedDB.databases()).map(({ name }) => name),
          prototype: Object.keys(Object.prototype),
        };
      },
      attackNotebook(evil.origin, body),
    );
    expect(report.state, JSON.stringify(report)).toBe("Success");
    const result = report.tasks[0]?.result as Record<string, number>;
    expect(result.ports).toBeGreaterThanOrEqual(2);
    expect(result).toMatchObject({ answers: 0, answer: 42 });
    expect(databases).not.toContain("stolen");
    expect(prototype).toEqual([]);
  });

  test("a host that the reader allows can be reached, and no other", async ({
    page,
  }) => {
    const other = await startEvilHost();
    await openApp(page);
    const body = `
      const status = await fetch(evil + "/allowed").then(r => r.status, () => "refused");
      const elsewhere = await fetch(${JSON.stringify(other.origin)} + "/other").then(r => r.status, () => "refused");
      return { status, elsewhere };`;
    const report = await page.evaluate(
      async ([markdown, origin]) => {
        await window.flowbook.open(markdown);
        await window.flowbook.allow(origin);
        return window.flowbook.run();
      },
      [attackNotebook(evil.origin, body), evil.origin] as const,
    );
    expect(report.tasks[0]?.result).toEqual({
      status: 200,
      elsewhere: "refused",
    });
    expect(evil.hits).toEqual(["/allowed"]);
    expect(other.hits).toEqual([]);
    await other.close();
  });

  test("drawing the graph reaches no host, not even one that was allowed", async ({
    page,
  }) => {
    await openApp(page);
    const markdown = `---\nflowbook: 1\ntitle: Drawn\n---\n\n\`\`\`js drawn\ntry { fetch(${JSON.stringify(evil.origin)} + "/drawn").catch(() => {}) } catch {}\nconst t = task(() => 1)\nflow("Drawn", () => { try { fetch(${JSON.stringify(evil.origin)} + "/traced").catch(() => {}) } catch {} ; return t() })\n\`\`\`\n`;
    const nodes = await page.evaluate(
      async ([text, origin]) => {
        await window.flowbook.open(text);
        await window.flowbook.allow(origin);
        return (await window.flowbook.graph()).nodes.length;
      },
      [markdown, evil.origin] as const,
    );
    expect(nodes).toBe(1);
    expect(evil.hits).toEqual([]);
  });
});
