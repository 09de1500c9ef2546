import { runInNewContext } from "node:vm";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { bundleSandboxScript } from "../../../build/sandboxBundle.ts";

let script = "";
beforeAll(async () => {
  const entry = new URL("../../../src/engine/sandbox/boot.ts", import.meta.url);
  script = (await bundleSandboxScript(fileURLToPath(entry))).text;
}, 30_000);

class FakeWorker {
  static made: FakeWorker[] = [];
  onerror?: (event: { message: string }) => void;
  onmessageerror?: () => void;
  posted: unknown[] = [];
  isTerminated = false;
  readonly url: string;
  constructor(url: string) {
    if (url === "") throw new Error("no kernel");
    this.url = url;
    FakeWorker.made.push(this);
  }
  postMessage(message: unknown, transfer: unknown[]) {
    this.posted.push([message, transfer]);
  }
  terminate() {
    this.isTerminated = true;
  }
}

/** Runs the frame's script as it is built, in a window of which only the needed parts exist. */
function openFrame() {
  FakeWorker.made = [];
  const listeners = new Set<(event: unknown) => void>();
  const texts: unknown[] = [];
  runInNewContext(script, {
    addEventListener: (_: string, listener: (event: unknown) => void) =>
      listeners.add(listener),
    removeEventListener: (_: string, listener: (event: unknown) => void) =>
      listeners.delete(listener),
    Worker: FakeWorker,
    Blob: function (parts: unknown[]) {
      texts.push(parts[0]);
    },
    URL: { createObjectURL: () => "blob:kernel" },
  });
  const said: unknown[] = [];
  const control = {
    onmessage: undefined as ((event: unknown) => void) | undefined,
    // Messages of another realm, compared as plain data.
    postMessage: (message: unknown) =>
      said.push(JSON.parse(JSON.stringify(message))),
  };
  return {
    said,
    texts,
    control,
    window: (data: unknown, ports: unknown[]) => {
      for (const listener of [...listeners]) listener({ data, ports });
    },
    send: (data: unknown) => control.onmessage?.({ data }),
  };
}

describe("the sandbox frame's script", () => {
  test("is below 1 kB", () => {
    expect(script.length).toBeLessThan(1000);
    expect(script).not.toMatch(/\beval\b|Function\(/);
  });

  test("takes one port from the window and is deaf to it then", () => {
    const frame = openFrame();
    const other = { postMessage: () => {}, onmessage: undefined };
    frame.window("something", [other]);
    frame.window("flowbook", []);
    frame.window("flowbook", [frame.control]);
    frame.window("flowbook", [other]);
    expect(other.onmessage).toBeUndefined();
    frame.send({ type: "ping", id: 4 });
    frame.send({ type: "evaluate", code: "1" });
    expect(frame.said).toEqual([{ type: "pong", id: 4 }]);
  });

  test("starts workers from the kernel's text, reports their end, and kills them", () => {
    const frame = openFrame();
    frame.window("flowbook", [frame.control]);
    frame.send({ type: "spawn", worker: 1, port: "port 1" });
    expect(frame.said).toEqual([
      { type: "worker-error", worker: 1, message: "Error: no kernel" },
    ]);
    frame.send({ type: "boot", kernel: "the kernel" });
    frame.send({ type: "spawn", worker: 2, port: "port 2" });
    expect(frame.texts).toEqual(["the kernel"]);
    const worker = FakeWorker.made[0]!;
    expect(worker.url).toBe("blob:kernel");
    expect(JSON.stringify(worker.posted)).toBe('[[0,["port 2"]]]');
    worker.onerror?.({ message: "broke" });
    worker.onmessageerror?.();
    frame.send({ type: "kill", worker: 2 });
    expect(worker.isTerminated).toBe(true);
    expect(frame.said.slice(1)).toEqual([
      { type: "booted" },
      { type: "worker-error", worker: 2, message: "broke" },
      {
        type: "worker-error",
        worker: 2,
        message: "A message could not be read.",
      },
      { type: "killed", worker: 2 },
    ]);
  });
});
