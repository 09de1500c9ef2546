import { expect, test, vi } from "vitest";
import { makeLink } from "../../../src/notebook/link.ts";
import {
  openForeignAddress,
  openPasted,
} from "../../../src/ui/preview/openForeign.ts";
import { FlowError } from "../../../src/core/errors.ts";
import type {
  AddressProblem,
  Session,
} from "../../../src/ui/session.svelte.ts";

const text = "---\nflowbook: 1\n---\n\n# A\n";

/** What a pasted text opens: the text of the notebook, and the query that came with it. */
async function opened(pasted: string): Promise<[string, string | undefined]> {
  const openForeign = vi.fn<Session["openForeign"]>();
  await openPasted({ openForeign } as unknown as Session, pasted);
  const [found = "", , , query] = openForeign.mock.calls[0] ?? [];
  return [found, query?.toString()];
}

test("a link is opened as mail leaves it, with its address and what stands in that, or without", async () => {
  const link = await makeLink(text);
  const broken = `${link.slice(0, 20)}\n  ${link.slice(20)}`;
  expect(await opened(link)).toEqual([text, undefined]);
  expect(await opened(` ${broken.slice(1)}\n`)).toEqual([text, undefined]);
  for (const [address, query] of [
    ["https://a.example/", ""],
    ["https://a.example/?airport=JFK&from=b", "airport=JFK"],
    ["HTTP://f1.example/#f2.x?view=app", "view=app"],
  ] as const)
    for (const arrived of [broken, link.replaceAll(".", "%252E"), `${link}).`])
      expect(await opened(address + arrived), address).toEqual([text, query]);
});

test("an address whose file is called as a link begins is that of a file", async () => {
  vi.stubGlobal("document", { baseURI: "https://flowbook.example/" });
  vi.stubGlobal("location", new URL("https://flowbook.example/"));
  const fetched = vi.fn(() => Promise.resolve(new Response(text)));
  vi.stubGlobal("fetch", fetched);
  try {
    expect(await opened("https://a.example/f1.md")).toEqual([
      text,
      expect.stringContaining("f1.md"),
    ]);
  } finally {
    vi.unstubAllGlobals();
  }
  expect(fetched).toHaveBeenCalledOnce();
});

test("a text is pasted as quickly however much in it looks like a link", async () => {
  for (const part of ["f1.a ", "f0.0", "https://a?"]) {
    const before = performance.now();
    await openPasted(
      { openForeign: vi.fn() } as unknown as Session,
      `${part.repeat(40_000)}\0 \n\`\`\`ts a\n\`\`\`\n`,
    );
    expect(performance.now() - before).toBeLessThan(2_000);
  }
});

test("a good link that the storage keeps from opening is not said to be cut", async () => {
  const problems: AddressProblem[] = [];
  const open = async (fragment: string, fault?: Error): Promise<void> => {
    const session = {
      openForeign: () => Promise.resolve(),
      showProblem: (problem: AddressProblem) => void problems.push(problem),
    };
    await openForeignAddress(
      session as unknown as Session,
      { type: "link", fragment },
      new URLSearchParams(),
      () => (fault ? Promise.reject(fault) : Promise.resolve()),
    );
  };
  const denied = new FlowError("storage-failed", "The storage is denied.");
  await open(await makeLink(text), denied);
  await open((await makeLink(text)).slice(0, -3));
  expect(problems).toEqual([
    {
      title: "This browser's storage fails",
      message: "The storage is denied.",
      isOfStorage: true,
    },
    {
      title: "This link does not open",
      message: expect.any(String) as string,
      isOfStorage: false,
    },
  ]);
});
