import { expect, test } from "vitest";
import { stripPaths } from "../../src/views/graph/strip.ts";

const box = { x: 0, y: 10, width: 80, height: 6 };

test("each state that occurs is one path, with a part for each of its cells", () => {
  const paths = stripPaths(["Success", "Failed", "Success"], {
    ...box,
    width: 30,
  });
  expect([...paths.keys()]).toEqual(["Success", "Failed"]);
  expect(paths.get("Success")!.match(/M/g)).toHaveLength(2);
  expect(paths.get("Failed")).toBe("M10,10h9v6h-9z");
});

test("cells fill the strip when there are many, and do not grow large when there are few", () => {
  const many = stripPaths(new Array(40).fill("Success"), box).get("Success")!;
  expect(many.endsWith("M78,10h2v6h-2z")).toBe(true);
  const two = stripPaths(["Success", "Success"], box).get("Success")!;
  expect(two).toContain("M22,10");
});
