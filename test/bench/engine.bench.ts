/** How long the engine takes a task, beside others that can run functions in the order of their dependencies. */
import { Runtime } from "@observablehq/runtime";
import auto from "async/auto.js";
import type { Command, RunEvent } from "../../src/core/events.ts";
import { start, step } from "../../src/core/scheduler.ts";
import { measure, table, type Contender } from "./measure.ts";
import { chain, fanOut, layered, toGraph, type Shape } from "./shapes.ts";

/** The function of every task. */
const work = (...values: number[]) => values.length;

/** Our scheduler with an executor that calls the functions in place; several that are asked for together end together. */
function flowbook(shape: Shape, isBatched: boolean): () => number {
  const graph = toGraph(shape);
  const first: RunEvent & { type: "run-started" } = {
    type: "run-started",
    at: 0,
    run: "bench",
    graph,
    keys: {},
    parameters: {},
    reused: [],
    excluded: [],
  };
  return () => {
    const values = new Array<number>(shape.needs.length);
    const call = (task: number) => {
      values[task] = work(...shape.needs[task]!.map((other) => values[other]!));
    };
    // A graph that the engine has not seen: to index it is part of the work.
    const fresh = { ...first, graph: { ...graph } };
    const begun = performance.now();
    let { state, commands } = start(fresh);
    let todo: Command[] = commands;
    while (todo.length > 0) {
      const next: Command[] = [];
      if (isBatched) {
        const tasks = new Int32Array(todo.length);
        for (let at = 0; at < tasks.length; at += 1) {
          tasks[at] = todo[at]!.task;
          call(tasks[at]!);
        }
        const zeros = new Float64Array(tasks.length);
        const event: RunEvent = {
          type: "attempts-committed",
          at: 0,
          tasks,
          startedAt: zeros,
          endedAt: zeros,
          sizes: zeros,
        };
        ({ state, commands } = step(state, event));
        next.push(...commands);
      } else
        for (const command of todo) {
          const { task, attempt } = command;
          if (command.type === "start-attempt") {
            ({ state } = step(state, {
              type: "attempt-started",
              at: 0,
              task,
              attempt,
            }));
            call(task);
            ({ state } = step(state, {
              type: "attempt-returned",
              at: 0,
              task,
              attempt,
            }));
            ({ state, commands } = step(state, {
              type: "attempt-committed",
              at: 0,
              task,
              attempt,
              size: 8,
            }));
            for (const one of commands) next.push(one);
          }
        }
      todo = next;
    }
    const time = performance.now() - begun;
    if (state.state !== "Success") throw new Error(`It is ${state.state}.`);
    return time;
  };
}

function observable(shape: Shape): () => Promise<number> {
  return async () => {
    const begun = performance.now();
    const runtime = new Runtime();
    const module = runtime.module();
    let open = shape.needs.length;
    await new Promise<void>((resolve, reject) => {
      const observer = {
        fulfilled: () => {
          if (--open === 0) resolve();
        },
        rejected: reject,
      };
      shape.needs.forEach((list, at) =>
        module.variable(observer).define(
          `t${at}`,
          list.map((other) => `t${other}`),
          work,
        ),
      );
    });
    const time = performance.now() - begun;
    runtime.dispose();
    return time;
  };
}

function asyncAuto(shape: Shape): () => Promise<number> {
  return async () => {
    const tasks: Record<string, unknown> = {};
    shape.needs.forEach((list, at) => {
      type Done = (error: null, value: number) => void;
      tasks[`t${at}`] =
        list.length === 0
          ? (done: Done) => done(null, work())
          : [
              ...list.map((other) => `t${other}`),
              (results: Record<string, number>, done: Done) =>
                done(null, work(...list.map((other) => results[`t${other}`]!))),
            ];
    });
    const begun = performance.now();
    await auto(tasks as Parameters<typeof auto>[0]);
    return performance.now() - begun;
  };
}

/** A contender that cannot do the job is said so, once. */
async function canDo(contender: Contender): Promise<boolean> {
  try {
    await contender.go();
    return true;
  } catch (thrown) {
    const reason = String(thrown).slice(0, 80);
    console.log(`${contender.name} cannot do the next one: ${reason}`);
    return false;
  }
}

export async function benchEngine(): Promise<void> {
  for (const tasks of [10_000, 100_000])
    for (const make of [chain, fanOut, layered]) {
      const shape = make(tasks);
      const contenders: Contender[] = [
        { name: "Flowbook, event by event", go: flowbook(shape, false) },
        { name: "Flowbook, in batches", go: flowbook(shape, true) },
      ];
      const others: Contender[] = [
        { name: "@observablehq/runtime", go: observable(shape) },
        { name: "async.auto", go: asyncAuto(shape) },
      ];
      // At 100,000 the others take minutes: theirs grows faster than the number of tasks.
      const isLarge = tasks > 10_000;
      if (!isLarge)
        for (const other of others)
          if (await canDo(other)) contenders.push(other);
      const rounds = isLarge ? 7 : 15;
      console.log(
        table(
          `engine, ${shape.name}`,
          tasks,
          await measure(contenders, rounds),
        ),
      );
    }
}
