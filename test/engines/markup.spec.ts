import { corpusOf } from "./corpus.ts";
import type { Tab } from "./engine.ts";
import { startEvilHost, type EvilHost } from "./evil.ts";
import { expect, test } from "./fixture.ts";

// Browsers say what a policy forbids as errors of the page.
test.use({ mayComplain: true });

let evil: EvilHost;
test.beforeEach(async () => {
  evil = await startEvilHost();
});
test.afterEach(() => evil.close());

/** From now on the page notes who says that it runs, and which frames have shown what they hold. */
const listen = (tab: Tab): Promise<void> =>
  tab.evaluate(() => {
    const shown = new Set<MessageEventSource | null>();
    const ran: string[] = [];
    Object.assign(window, { shown, ran });
    addEventListener("message", ({ data, source }) => {
      if (data?.type === "height") shown.add(source);
      else if (typeof data === "string" && data.startsWith("attacked"))
        ran.push(data);
    });
  });

/** What came of all the markup: code that ran, and style that reached the app. */
const harm = (tab: Tab) =>
  tab.evaluate(() => {
    const { attacked, ran } = window as unknown as {
      attacked?: string;
      ran: string[];
    };
    const style = getComputedStyle(document.body).getPropertyValue(
      "--attacked",
    );
    return {
      // A frame may do what these attributes let it: no window, dialog, download, full screen, device.
      frames: [...document.querySelectorAll("iframe")]
        .map(({ sandbox, allow, attributes }) =>
          [sandbox.value, allow, attributes.getNamedItem("src")].join(""),
        )
        .filter((rights) => rights !== "allow-scripts"),
      ran: [...ran, ...(attacked === undefined ? [] : [attacked])],
      style,
      links: [
        ...document.querySelectorAll("a[href], area, form[action], base, meta"),
      ]
        .filter((element) => document.body.contains(element))
        .map((element) => element.getAttribute("href") ?? element.tagName)
        .filter((href) => !/^(https?:|mailto:|#)/.test(href)),
    };
  });
const nothing = { frames: [], ran: [], style: "", links: [] };

/** Brings outputs into sight, one after the other, until as many frames after the first have shown what they hold. */
async function seeLaterFrames(tab: Tab, count: number): Promise<void> {
  let turn = 0;
  await expect
    .poll(
      () =>
        tab.evaluate((turn) => {
          const { shown } = window as unknown as { shown: Set<unknown> };
          const isShown = (frame: HTMLIFrameElement | null) =>
            frame !== null && shown.has(frame.contentWindow);
          const left = [
            ...document.querySelectorAll("[data-output] > *"),
          ].filter((output) => !isShown(output.querySelector("iframe")));
          left[turn % left.length]?.scrollIntoView();
          const [, ...later] = document.querySelectorAll<HTMLIFrameElement>(
            "[data-output] iframe",
          );
          return later.filter(isShown).length;
        }, turn++),
      { timeout: 20_000, intervals: [100] },
    )
    .toBe(count);
}

test("markup in a cell's outputs runs nothing, asks no host and leaves the app's style alone", async ({
  tab,
}) => {
  await listen(tab);
  const corpus = corpusOf(evil.origin);
  const leaving = corpus.find(({ name }) => name === "refresh")!;
  const staying = corpus.filter((one) => one !== leaving);
  const groups = Array.from({ length: Math.ceil(staying.length / 6) }, (_, n) =>
    staying.slice(6 * n, 6 * n + 6).map(({ markup }) => markup),
  );
  const all = JSON.stringify(corpus.map(({ markup }) => markup));
  const allStaying = JSON.stringify(staying.map(({ markup }) => markup));
  // html as a function takes texts as it takes those of a template.
  const raw = (tag: string, text: string) =>
    `${tag}(Object.assign([${text}], { raw: [${text}] }))`;
  const cells = [
    // A frame that tries to leave is stopped there, maybe before it has shown anything: it is not waited for.
    `\`\`\`js leaving1\ndisplay(${raw("html", JSON.stringify(leaving.markup))})\n\`\`\``,
    ...groups.map(
      (group, n) =>
        `\`\`\`js html${n}\ndisplay(${raw("html", JSON.stringify(group.join("\n")))})\n\`\`\``,
    ),
    `\`\`\`js svg1\ndisplay(${raw("svg", `"<svg width='9' height='9'>" + ${allStaying}.join("") + "</svg>"`)})\n\`\`\``,
    `\`\`\`js markdown1\ndisplay(${raw("md", `${all}.join("\\n\\n")`)})\n\`\`\``,
    `\`\`\`js rows1\ndisplay(table(${all}.map((a) => ({ a, [a]: a }))))\ndisplay(${all})\ndisplay(${all}.join(""))\n\`\`\``,
    `\`\`\`js failed1\nthrow new Error(${all}.join(""))\n\`\`\``,
  ];
  await tab.evaluate(
    (text) => window.flowbook.open(text),
    `---\nflowbook: 1\ntitle: Markup\n---\n\n${cells.join("\n\n")}\n`,
  );
  const names = [
    ...groups.map((_, n) => `html${n}`),
    ...["leaving1", "svg1", "markdown1", "rows1"],
  ];
  const types = await tab.evaluate(async (cells) => {
    const outputs = await Promise.all(cells.map(window.flowbook.output));
    return outputs.map((output) => output?.type);
  }, names);
  expect(types).not.toContain("error");
  await tab.evaluate(async () => {
    await window.flowbook.output("failed1");
    document.querySelector<HTMLElement>('[role="tab"]')!.focus();
  });
  await seeLaterFrames(tab, groups.length + 1);
  expect(await harm(tab)).toEqual(nothing);
  expect(
    await tab.evaluate(() => document.activeElement?.getAttribute("role")),
    "what has the focus",
  ).toBe("tab");
  expect(evil.hits).toEqual([]);
  expect(evil.connections()).toBe(0);
});

test("markup in prose, names, titles, labels, logs, errors, tables and files is shown as the text that it is", async ({
  tab,
}) => {
  await listen(tab);
  const corpus = corpusOf(evil.origin).map(({ markup }) => markup);
  const all = JSON.stringify(corpus);
  // Names have at most 200 characters.
  const one = JSON.stringify(
    corpus.find((markup) => /^<img src=x/.test(markup)),
  );
  const markdown = `---
flowbook: 1
title: ${one}
---

# ${corpus.join("\n\n")}

| a | b |
|---|---|
${corpus.map((markup) => `| ${markup.replaceAll("|", "").replaceAll("\n", " ")} | x |`).join("\n")}

\`\`\`js work
const all = ${all}
const t = task(async (p) => {
  all.forEach((markup) => { console.log(markup); console.error({ [markup]: markup }) })
  progress(1, 2, ${one})
  display(table(all.map((a) => ({ [a]: a }))), { key: ${one} })
  display(all.join(""))
  await db.exec('CREATE TABLE "' + ${one}.replaceAll('"', '""') + '" ("' + ${one}.replaceAll('"', '""') + '" TEXT)')
  await load("rows", all.map((a) => ({ a })))
  return all
}, { tags: [${one}.slice(0, 200)] })
const f = task((value) => { throw new TypeError(value.join("")) })
flow(${one}, () => f.with({ name: ${one} })(t.with({ name: ${one} })(param("p", { type: "string", default: ${one}, label: ${one}} ))))
\`\`\`
`;
  const state = await tab.evaluate(
    async ([text, name]) => {
      await window.flowbook.open(text!);
      await window.flowbook.attach(
        name!.replaceAll("/", "_"),
        new Blob([name!]),
      );
      return (await window.flowbook.run()).tasks.map(({ state }) => state);
    },
    [markdown, corpus.join("").slice(0, 200)],
  );
  expect(state).toEqual(["Success", "Failed"]);
  for (const pane of ["Timeline", "Tables", "Runs", "Logs", "Files", "Graph"]) {
    await tab.evaluate((name) => {
      const tabs = [...document.querySelectorAll<HTMLElement>('[role="tab"]')];
      tabs.find(({ textContent }) => textContent?.includes(name))?.click();
    }, pane);
    await expect
      .poll(() =>
        tab.evaluate(
          () => document.querySelector('[role="tabpanel"]')?.textContent,
        ),
      )
      .not.toBe("");
    await tab.evaluate(() => {
      for (const node of document.querySelectorAll(
        '[role="tabpanel"] button, [role="tabpanel"] [data-state]',
      ))
        if (
          !/delete|remove|download|replace|clear/i.test(node.textContent ?? "")
        )
          node.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
    });
  }
  expect(await harm(tab)).toEqual(nothing);
  expect(evil.hits).toEqual([]);
  expect(evil.connections()).toBe(0);
});

test("the same markup does run and ask where nothing is in its way, so the tests above can see it", async ({
  tab,
}) => {
  const free = await startEvilHost();
  await tab.goto(`${free.origin}/page`);
  const corpus = corpusOf(evil.origin)
    .filter(({ name }) => !["refresh", "base"].includes(name))
    .map(({ markup }) => markup);
  await tab.evaluate((markups) => {
    for (const markup of markups) {
      const holder = document.createElement("div");
      // eslint-disable-next-line no-restricted-syntax -- that it does harm is what is shown
      holder.append(document.createRange().createContextualFragment(markup));
      document.body.append(holder);
    }
  }, corpus);
  const expected = [
    ...["script", "onerror", "ontoggle", "onmedia", "srcdoc", "closing-tags"],
    ...["mathml", "mathml-annotation", "svg-foreign"],
  ].map((name) => `/ran-${name}`);
  const asked = [
    ...["script-src.js", "img", "srcset", "picture", "svg-image", "poster"],
    ...["iframe", "object", "embed", "input-image", "stylesheet.css"],
    ...["css-import.css", "css-url", "css-list", "css-in-data.css"],
    ...["css-mask.svg", "css-shape", "css-image-set"],
  ].map((name) => `/${name}`);
  // What is not seen yet.
  await expect
    .poll(
      () => [...expected, ...asked].filter((path) => !evil.hits.includes(path)),
      { timeout: 20_000 },
    )
    .toEqual([]);
  await free.close();
});
