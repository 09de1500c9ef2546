import { toErrorData } from "../../core/errors.ts";
import { parseParameter } from "../../core/parameterText.ts";
import { queryName } from "../address.ts";
import { parametersOf } from "../../runs/parametersOf.ts";
import type { Session } from "../session.svelte.ts";
import * as words from "../words/form.ts";

/** Takes flow and parameters from the query of an address. Names that are no parameters belong to somebody else. */
export function fillForm(
  session: Pick<
    Session,
    "flows" | "flowName" | "selectFlow" | "setParameter" | "notify"
  >,
  query: URLSearchParams,
): void {
  const wanted = query.get("flow");
  if (wanted !== null && session.flows.some(({ name }) => name === wanted))
    session.selectFlow(wanted);
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
