import { expect, test } from "vitest";
import { PageCopies } from "../../../src/engine/database/pageCopies.ts";
import { PageFile } from "../../../src/engine/database/pageFile.ts";

const pageOf = (byte: number) => new Uint8Array(4096).fill(byte);

test("copies are what the pages were until all are let go, however many there are", () => {
  const copies = new PageCopies();
  for (const count of [3, 9000, 70]) {
    const made = Array.from({ length: count }, (_, at) => {
      const page = pageOf(at);
      const copy = copies.add(page);
      page.fill(255);
      return copy;
    });
    for (const [at, copy] of made.entries()) {
      expect(copy.length).toBe(4096);
      expect(copy[0]).toBe(at % 256);
      expect(copy[4095]).toBe(at % 256);
    }
    copies.clear();
  }
});

test("a file is taken back to its last save again and again", () => {
  const file = new PageFile();
  for (let page = 0; page < 300; page += 1)
    file.write(pageOf(page), page * 4096);
  file.saved();
  for (let round = 1; round < 4; round += 1) {
    for (let page = round; page < 300; page += round)
      file.write(pageOf(200 + round), page * 4096);
    expect(file.committed.page(6)[9]).toBe(6);
    expect(file.page(6)[9]).toBe(200 + round);
    file.revert();
    for (let page = 0; page < 300; page += 1)
      expect(file.page(page)[9]).toBe(page % 256);
  }
});
