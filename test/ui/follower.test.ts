import { expect, test, vi } from "vitest";
import type { EngineUpdate } from "../../src/engine/services.ts";
import { Follower } from "../../src/ui/follower.ts";
import { TabMessages, type TabMessage } from "../../src/ui/tabMessages.ts";

/** Two tabs that hear each other. */
function openTabs() {
  const tabs = [new TabMessages(undefined), new TabMessages(undefined)];
  const sent: TabMessage[] = [];
  const [owner, reader] = tabs.map((messages, at) => {
    const look = vi.fn(() => Promise.resolve());
    const take = vi.fn();
    const through = {
      send: (message: TabMessage) => {
        sent.push(message);
        tabs[1 - at]!.hear(message);
      },
      listen: messages.listen.bind(messages),
    };
    return { look, take, follower: new Follower(through, look, take) };
  });
  return { owner: owner!, reader: reader!, sent, hear: tabs };
}

const update = (more: Partial<EngineUpdate>): EngineUpdate => ({
  ...{ run: "r", events: [], firstEvent: 0, logs: [], progress: {} },
  displays: [],
  ...more,
});
const step = { done: 1, total: 2, label: undefined };

test("what goes on is told to a tab that follows the notebook, and of nothing else", () => {
  const { owner, reader, sent } = openTabs();
  owner.follower.tell("a", update({ progress: { n: step } }));
  expect(sent).toEqual([]);
  reader.follower.follow("a");
  owner.follower.tell("a", update({}));
  owner.follower.tell("b", update({ progress: { n: step } }));
  expect(reader.take).not.toHaveBeenCalled();
  owner.follower.tell("a", update({ progress: { n: step } }));
  const told = { run: "r", logs: [], progress: { n: step } };
  expect(reader.take.mock.calls).toEqual([[told]]);
  reader.follower.follow(undefined);
  owner.follower.tell("a", update({ progress: { n: step } }));
  expect(reader.take).toHaveBeenCalledTimes(1);
});

test("what is only told is nothing to be read, and what was written is; whoever writes then hears who follows", async () => {
  const { owner, reader, hear, sent } = openTabs();
  reader.follower.follow("a");
  owner.follower.tell("a", update({ progress: { n: step } }));
  expect(reader.look).not.toHaveBeenCalled();
  sent.length = 0;
  hear[1]!.hear({ type: "written", notebook: "a", generation: 1, tables: [] });
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(reader.look).toHaveBeenCalledTimes(1);
  expect(sent).toEqual([{ type: "following", notebook: "a" }]);
});
