import { toErrorData } from "../../core/errors.ts";
import { isSameValue } from "../../core/compareRuns.ts";
import { parseParameter } from "../../core/parameterText.ts";
import type { RunState } from "../../core/run.ts";
import { queryName } from "../address.ts";
import { parametersOf } from "../../runs/parametersOf.ts";
import { givenParameters } from "../givenParameters.ts";
import type { Session } from "../session.svelte.ts";
import * as words from "../words/form.ts";

type Form = Pick<
  Session,
  | "id"
  | "flows"
  | "flowName"
  | "selectFlow"
  | "setParameter"
  | "parameters"
  | "setParameters"
  | "notify"
> & { desk: Pick<Session["desk"], "last"> };

/**
 * Takes flow and parameters from the query of an address; names that are no parameters belong to somebody else. Without any the
 * form says what the last run of its flow was given: that is what a resumption goes on with.
 */
export function fillForm(
  session: Form,
  query: URLSearchParams | undefined,
): void {
  const { flowName, desk } = session;
  const isAddressed = [...(query?.keys() ?? [])].some((key) => key !== "view");
  const last = flowName === undefined ? undefined : desk.last(flowName);
  if (isAddressed) fillFrom(session, query!);
  else if (last) fillGiven(session, last);
}

/** What the run before was given whose values the form of a flow has: another one there was typed since. */
const filled = new WeakMap<
  object,
  { form: string; values: Readonly<Record<string, unknown>> }
>();

/** Fills the form with what a run was given, if that is one of the flow that is shown, except where somebody has typed another value. */
export function fillGiven(
  session: Pick<
    Session,
    "id" | "flows" | "flowName" | "parameters" | "setParameters"
  >,
  run: Pick<RunState, "graph" | "parameters">,
): void {
  const { flow } = run.graph;
  const graph = session.flows.find(({ name }) => name === flow)?.graph;
  if (!graph || session.flowName !== flow) return;
  const shown = session.parameters;
  const form = JSON.stringify([session.id, flow]);
  const last = filled.get(session);
  const before = last?.form === form ? last.values : {};
  filled.set(session, { form, values: run.parameters });
  const typed = Object.entries(shown).filter(
    ([name, value]) =>
      !Object.hasOwn(before, name) || !isSameValue(value, before[name]),
  );
  const values = {
    ...givenParameters(run, graph),
    ...Object.fromEntries(typed),
  };
  if (!isSameValue(values, shown)) session.setParameters(values);
}

function fillFrom(session: Form, query: URLSearchParams): void {
  const wanted = query.get("flow");
  if (wanted !== null && session.flows.some(({ name }) => name === wanted))
    session.selectFlow(wanted, true);
  else if (wanted !== null) session.notify("error", words.unknownFlow(wanted));
  const flow = session.flows.find(({ name }) => name === session.flowName);
  for (const parameter of flow?.graph ? parametersOf(flow.graph) : []) {
    const text =
      query.get(queryName(parameter.name)) ?? query.get(`p.${parameter.name}`);
    if (text === null) continue;
    try {
      session.setParameter(parameter.name, parseParameter(parameter, text));
    } catch (thrown) {
      session.notify("error", words.invalidValue(toErrorData(thrown).message));
    }
  }
}
