import "./runes.ts";
import { expect, test } from "vitest";
import { Notices } from "../../src/ui/notices.svelte.ts";

test("that a notebook cannot be saved is said once, and again when that was closed and it fails once more", () => {
  const notices = new Notices();
  const said = () => notices.all.map(({ message }) => message);
  notices.tellUnsaved("No room.");
  notices.tellUnsaved("No room.");
  expect(said()).toEqual(["No room."]);
  notices.close(notices.all[0]!.id);
  expect(said()).toEqual([]);
  notices.tellUnsaved("No room.");
  expect(said()).toEqual(["No room."]);
  notices.tellUnsaved(undefined);
  expect(said()).toEqual([]);
});

test("why something was refused is no longer said once another notebook is opened, also where none was before", () => {
  const notices = new Notices();
  notices.refuse("This notebook is not on this device.");
  notices.add("error", "What went wrong while this one was opened.");
  notices.leaveNotebook(undefined);
  expect(notices.all.map(({ message }) => message)).toEqual([
    "What went wrong while this one was opened.",
  ]);
});
