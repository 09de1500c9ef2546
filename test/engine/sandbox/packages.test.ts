import { expect, test } from "vitest";
import { Packages } from "../../../src/engine/sandbox/kernel/packages.ts";
import type { Platform } from "../../../src/engine/sandbox/kernel/platform.ts";
import type {
  PackageCode,
  PackageProblem,
} from "../../../src/notebook/packages/package.ts";

const specifier = "npm:a@1.0.0";
const entry =
  'import { one } from "/b.js"; export const two = one + 1; export default [one];';
const from = entry.indexOf('"/b.js"');
const code: PackageCode = {
  modules: [
    {
      address: "https://cdn.example/b.js",
      text: "globalThis.flowbookCount = (globalThis.flowbookCount ?? 0) + 1; export const one = 1",
      imports: [],
    },
    {
      address: "https://cdn.example/a@1.0.0",
      text: entry,
      imports: [
        {
          from,
          to: from + '"/b.js"'.length,
          address: "https://cdn.example/b.js",
        },
      ],
    },
  ],
};

function packagesOf(one: PackageCode | PackageProblem | undefined): Packages {
  const platform = {
    makeModule: (text: string) =>
      `data:text/javascript,${encodeURIComponent(text)}`,
    importModule: (address: string) =>
      import(/* @vite-ignore */ address) as Promise<object>,
  } as Platform;
  return new Packages(platform, one ? { [specifier]: one } : {});
}

test("a package is evaluated once, and its modules find each other without a network", async () => {
  const packages = packagesOf(code);
  await packages.load(specifier);
  await packages.load(specifier);
  expect(packages.value(specifier, "two")).toBe(2);
  expect(packages.value(specifier, "default")).toEqual([1]);
  expect(packages.value(specifier, "*")).toMatchObject({ two: 2 });
  expect((globalThis as { flowbookCount?: number }).flowbookCount).toBe(1);
});

test("an export that is not there is told with those that are", async () => {
  const packages = packagesOf(code);
  await packages.load(specifier);
  expect(() => packages.value(specifier, "three")).toThrow(
    `${specifier} exports no three. It exports default, two.`,
  );
});

test("a package that is not there fails with what to do", async () => {
  await expect(
    packagesOf({ problem: "Fetch it." }).load(specifier),
  ).rejects.toThrow("Fetch it.");
  await expect(packagesOf(undefined).load(specifier)).rejects.toThrow(
    "is not there",
  );
});

test("a package that throws while it is loaded says which one it was", async () => {
  const broken: PackageCode = {
    modules: [
      { address: "https://cdn.example/a", text: "document.body", imports: [] },
    ],
  };
  await expect(packagesOf(broken).load(specifier)).rejects.toThrow(
    /npm:a@1\.0\.0 failed while it was loaded.*document/,
  );
});
