import { expect, test } from "vitest";
import { compatibilityMode } from "../../src/ui/words/slowSaving.ts";

test("compatibility mode is told with its reason, what is kept, what it costs and what to do", () => {
  const message = compatibilityMode("after a load the file is not the same");
  expect(message).toMatch(/^Compatibility mode: .*\(after a load/);
  expect(message).toContain("what was saved before is all there");
  expect(message).toContain("saving takes longer");
  expect(message).toContain("Reload the page");
});
