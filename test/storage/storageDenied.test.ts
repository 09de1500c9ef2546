import { afterEach, expect, test, vi } from "vitest";
import { isStorageDenied } from "../../src/storage/storageDenied.ts";
import { openTabChannel } from "../../src/storage/tabChannel.ts";

afterEach(() => void vi.unstubAllGlobals());

/** A browser that refuses a page even the look at it. */
function deny(name: string): void {
  const refuse = (): never => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  };
  vi.stubGlobal(name, undefined);
  Object.defineProperty(globalThis, name, { configurable: true, get: refuse });
}

function allow(): void {
  vi.stubGlobal("indexedDB", {});
  vi.stubGlobal("localStorage", {});
}

test("a page may store what nothing keeps it from", () => {
  allow();
  expect(isStorageDenied()).toBe(false);
  vi.stubGlobal("localStorage", null);
  expect(isStorageDenied(), "with localStorage switched off").toBe(false);
});

test("a browser that throws at the look at its storage, or has none, denies it", () => {
  for (const name of ["indexedDB", "localStorage"]) {
    allow();
    deny(name);
    expect(isStorageDenied(), name).toBe(true);
    vi.unstubAllGlobals();
  }
  allow();
  vi.stubGlobal("indexedDB", undefined);
  expect(isStorageDenied()).toBe(true);
});

test("a browser in which tabs may not speak has no channel between them", () => {
  vi.stubGlobal("BroadcastChannel", function refuse() {
    throw new DOMException("The operation is insecure.", "SecurityError");
  });
  expect(openTabChannel()).toBeUndefined();
});
