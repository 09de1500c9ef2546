import { axisTop } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { pointer, select } from "d3-selection";
import type { Time } from "../core/events.ts";
import type { Rest } from "../core/rests.ts";
import type { State } from "../core/state.ts";
import { formatDuration } from "./duration.ts";
import { clip, textWidth } from "./graph/nodeText.ts";
import "./states.css";
import { stateLabel } from "./states.ts";
import "./timeline.css";
import { Passage } from "./passage.ts";
import type { TimelineModel, TimelineTask } from "./timelineModel.ts";
import * as durations from "./words/durations.ts";
import * as words from "./words/timeline.ts";

export interface TimelineCallbacks {
  /** A task's row was chosen. */
  select?(id: string): void;
  /** The pointer was drawn to a time. */
  scrub?(time: Time): void;
}

export interface TimelineView {
  update(model: TimelineModel): void;
  destroy(): void;
}

interface Bar {
  key: string;
  row: number;
  startedAt: Time;
  endedAt: Time;
  state: State;
  title: string;
  /** One of many in a lane, which may lie above each other. */
  isElement: boolean;
}

const rowHeight = 26;
const barHeight = 14;
const axisHeight = 28;
const rightMargin = 28;

/** Draws attempts over time into an element, one row for each task. The element scrolls if there are many. */
export function drawTimeline(
  element: HTMLElement,
  callbacks: TimelineCallbacks = {},
): TimelineView {
  // What is drawn is said by the table beside it.
  const svg = select(element)
    .append("svg")
    .attr("class", "flow-timeline")
    .attr("aria-hidden", "true");
  const stripes = svg.append("g");
  const pauses = svg.append("g");
  const axis = svg.append("g").attr("class", "axis");
  const waits = svg.append("g");
  const bars = svg.append("g");
  const nowLine = svg.append("line").attr("class", "now");
  const playhead = svg.append("g").attr("class", "playhead");
  playhead.append("line");
  playhead.append("path").attr("d", "M-5,-8h10v5l-5,5l-5,-5z");
  const labels = svg.append("g");
  let model: TimelineModel = { startedAt: 0, tasks: [], now: 0 };
  /** The time at a place, in pixels from the left. */
  let timeAt: ((x: number) => Time) | undefined;
  let frame = 0;

  function flush(): void {
    frame = 0;
    const tasks = model.tasks;
    const all = tasks.flatMap((task, row) => taskBars(task, row, model.now));
    const width = Math.max(240, element.clientWidth);
    const longest = Math.max(4, ...tasks.map(({ name }) => textWidth(name)));
    const left = Math.min(longest * 6.9 + 28, 190, width * 0.42);
    const height = axisHeight + tasks.length * rowHeight + 6;
    svg.attr("width", width).attr("height", height);

    const start = model.startedAt;
    let end = start + (all.length === 0 ? 1000 : 50);
    for (const bar of all) end = Math.max(end, bar.endedAt);
    const passage = new Passage(start, end, model.rests);
    const corners = passage.corners();
    const share = (width - rightMargin - left) / corners.at(-1)!.at;
    const at = scaleLinear()
      .domain(corners.map(({ time }) => time))
      .range(corners.map((corner) => left + corner.at * share))
      .clamp(true);
    timeAt = (place) => at.invert(place);
    const top = (row: number): number => axisHeight + row * rowHeight;
    /** What the axis counts: rests are told beside it. */
    const seconds = passage.worked / 1000;
    const ticks = scaleLinear()
      .domain([0, seconds])
      .ticks(Math.max(2, Math.floor((width - left) / 90)));

    axis.attr("transform", `translate(0,${axisHeight - 4})`).call(
      axisTop(at)
        .tickValues(ticks.map((value) => passage.timeAfter(value * 1000)))
        .tickSize(-(height - axisHeight + 4))
        .tickPadding(6)
        .tickFormat((_, index) => tickText(ticks[index]!, seconds)),
    );
    axis.select(".domain").remove();

    pauses
      .selectAll<SVGGElement, Rest>("g")
      .data(passage.rests)
      .join((enter) => {
        const rest = enter.append("g").attr("class", "rest");
        rest.append("rect").append("title");
        rest.append("text");
        return rest;
      })
      .each(function ({ from, to }) {
        const [x, wide] = [at(from), at(to) - at(from)];
        const length = formatDuration(to - from);
        const rest = select(this);
        rest
          .select("rect")
          .attr("x", x)
          .attr("y", axisHeight - 4)
          .attr("width", wide)
          .attr("height", height - axisHeight + 4)
          .select("title")
          .text(words.rest(length));
        rest
          .select("text")
          .attr(
            "transform",
            `translate(${x + wide / 2 + 4},${height - 8}) rotate(-90)`,
          )
          .text(height - axisHeight > textWidth(length) * 7 ? length : "");
      });

    stripes
      .selectAll<SVGRectElement, TimelineTask>("rect")
      .data(tasks, (task) => task.id)
      .join("rect")
      .attr("class", (_, row) => (row % 2 === 0 ? "stripe" : "stripe odd"))
      .attr("x", 0)
      .attr("y", (_, row) => top(row))
      .attr("width", width)
      .attr("height", rowHeight)
      .on("click", (_, task) => callbacks.select?.(task.id));
    labels
      .selectAll<SVGTextElement, TimelineTask>("text")
      .data(tasks, (task) => task.id)
      .join((enter) => {
        const text = enter.append("text");
        text.append("tspan");
        text.append("title");
        return text;
      })
      .attr("x", 12)
      .attr("y", (_, row) => top(row) + rowHeight / 2 + 4)
      .call((text) => {
        const most = (left - 24) / 6.7;
        text.select("tspan").text((task) => clip(task.name, most));
        text.select("title").text((task) => task.name);
      });

    waits
      .selectAll<SVGLineElement, Wait>("line")
      .data(waitsBetween(all), ({ bar }) => bar.key)
      .join("line")
      .attr("class", "wait")
      .attr("x1", ({ bar }) => at(bar.endedAt))
      .attr("x2", ({ until }) => at(until))
      .attr("y1", ({ bar }) => top(bar.row) + rowHeight / 2)
      .attr("y2", ({ bar }) => top(bar.row) + rowHeight / 2);
    bars
      .selectAll<SVGRectElement, Bar>("rect")
      .data(all, (bar) => bar.key)
      .join((enter) => {
        const rect = enter.append("rect");
        rect.append("title");
        return rect;
      })
      .attr("class", (bar) => (bar.isElement ? "bar element" : "bar"))
      .attr("data-state", (bar) => bar.state)
      .attr("x", (bar) => at(bar.startedAt))
      .attr("y", (bar) => top(bar.row) + (rowHeight - barHeight) / 2)
      .attr("width", (bar) =>
        Math.max(bar.isElement ? 1.5 : 3, at(bar.endedAt) - at(bar.startedAt)),
      )
      .attr("height", barHeight)
      .attr("rx", 3)
      .on("click", (_, bar) => callbacks.select?.(tasks[bar.row]!.id))
      .call((rect) => rect.select("title").text((bar) => bar.title));

    const isRunning = tasks.some((task) =>
      task.attempts.some((attempt) => attempt.endedAt === undefined),
    );
    nowLine
      .attr("visibility", isRunning ? "visible" : "hidden")
      .attr("x1", at(end))
      .attr("x2", at(end))
      .attr("y1", axisHeight - 4)
      .attr("y2", height);
    const { moment } = model;
    playhead
      .attr("visibility", moment === undefined ? "hidden" : "visible")
      .attr("transform", `translate(${at(moment ?? start)},${axisHeight - 4})`)
      .select("line")
      .attr("y2", height - axisHeight + 4);
  }

  /** Drawing begins on the axis at once, elsewhere when the pointer has moved. */
  const slack = 4;
  let press: { x: number; isDrawing: boolean } | undefined;
  svg
    .on("pointerdown", (event: PointerEvent) => {
      if (event.button !== 0 || !callbacks.scrub) return;
      const [x, y] = pointer(event, svg.node());
      press = { x, isDrawing: y < axisHeight };
      if (press.isDrawing) draw(event);
    })
    .on("pointermove", (event: PointerEvent) => {
      if (!press) return;
      press.isDrawing ||=
        Math.abs(pointer(event, svg.node())[0] - press.x) > slack;
      if (press.isDrawing) draw(event);
    })
    .on("pointerup pointercancel", () => {
      if (press?.isDrawing)
        // What ends a drawing is no choice of a row.
        svg.node()?.addEventListener("click", swallow, {
          capture: true,
          once: true,
        });
      setTimeout(() => svg.node()?.removeEventListener("click", swallow, true));
      press = undefined;
    });

  function draw(event: PointerEvent): void {
    const node = svg.node();
    if (!node || !timeAt) return;
    node.setPointerCapture(event.pointerId);
    callbacks.scrub?.(timeAt(pointer(event, node)[0]));
  }

  function redraw(): void {
    if (frame === 0) frame = requestAnimationFrame(flush);
  }
  const resized = new ResizeObserver(redraw);
  resized.observe(element);

  return {
    update(next) {
      model = next;
      redraw();
    },
    destroy() {
      cancelAnimationFrame(frame);
      resized.disconnect();
      svg.remove();
    },
  };
}

function swallow(event: Event): void {
  event.stopPropagation();
}

/** The wait for the attempt after a bar. */
interface Wait {
  bar: Bar;
  until: Time;
}

function waitsBetween(all: readonly Bar[]): Wait[] {
  return all.flatMap((bar, i) => {
    const next = all[i + 1];
    return next?.row === bar.row && !bar.isElement
      ? [{ bar, until: next.startedAt }]
      : [];
  });
}

function taskBars(task: TimelineTask, row: number, now: Time): Bar[] {
  return task.attempts.map((attempt, i) => {
    const endedAt = attempt.endedAt ?? Math.max(now, attempt.startedAt);
    const took = formatDuration(endedAt - attempt.startedAt);
    const label = attempt.label ?? words.attempt(attempt.number!);
    return {
      key: `${task.id}\n${i}`,
      row,
      startedAt: attempt.startedAt,
      endedAt,
      state: attempt.state,
      title: `${task.name}, ${label}: ${stateLabel(attempt.state)}, ${took}`,
      isElement: task.elements !== undefined,
    };
  });
}

/** What the axis of so many seconds says at one of its ticks, in the unit that needs no long fraction. */
function tickText(at: number, seconds: number): string {
  if (seconds < 1) return durations.milliseconds(Math.round(at * 1000));
  return seconds < 120 ? durations.seconds(at) : formatDuration(at * 1000);
}
