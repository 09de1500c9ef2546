import { expect, test } from "vitest";
import type {
  GraphModel,
  GraphModelNode,
} from "../../src/views/graph/graphModel.ts";
import { hasSameShape } from "../../src/views/graph/graphView.ts";

const node = (more: Partial<GraphModelNode> = {}): GraphModelNode => ({
  id: "inc-1",
  name: "inc",
  kind: "task",
  role: "task",
  state: "Pending",
  attempt: 0,
  attempts: 1,
  mapped: false,
  ...more,
});
const edges: GraphModel["edges"] = [];
const model = (one: GraphModelNode): GraphModel => ({ nodes: [one], edges });

/** Whether the layout can stay, and how often it had to be asked how a node looks. */
function compare(before: GraphModelNode, now: GraphModelNode) {
  let asked = 0;
  const isSame = hasSameShape(model(before), model(now), (one) => {
    asked += 1;
    return `${one.name} ${String(one.value)} ${one.flow?.isOpen}`;
  });
  return { isSame, asked };
}

test("a layout stays while tasks run, and no text of theirs is measured for that", () => {
  const ran = node({ state: "Success", attempt: 1, startedAt: 1, endedAt: 2 });
  expect(compare(node(), ran)).toEqual({ isSame: true, asked: 0 });
});

test("what a task is called, a parameter's value and an open sub-flow are measured", () => {
  expect(compare(node(), node({ name: "increase" })).isSame).toBe(false);
  const parameter = (value: unknown) => node({ kind: "parameter", value });
  expect(compare(parameter(1), parameter(100)).isSame).toBe(false);
  const flow = (isOpen: boolean) =>
    node({ flow: { isOpen, done: 0, total: 1 } });
  expect(compare(flow(false), flow(true)).isSame).toBe(false);
  expect(compare(node(), flow(true)).isSame).toBe(false);
});

test("another node is another layout", () => {
  expect(compare(node(), node({ id: "inc-2" })).isSame).toBe(false);
});
