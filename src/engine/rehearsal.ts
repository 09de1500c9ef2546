import type { ToWorker } from "./protocol.ts";

const name = "rehearsal";

/**
 * What a worker that nobody waits for is sent, so that it is quicker when somebody does: a notebook of our own, as the
 * compiler would give it, and that its flow is to be drawn. What draws is compiled then, and the next script finds its way
 * sooner. No job has that number, so nobody listens to the answer; and the notebook is forgotten with the next.
 */
export const rehearsal: readonly ToWorker[] = [
  {
    type: "load",
    program: {
      cells: [
        {
          id: name,
          name,
          kind: "ts",
          code: `flowbookCell("${name}",async function(){const step=task((rows)=>rows,{retries:1,retryDelay:"1s"});flow("${name}",()=>step.with({name:"last"})(step([])));return{step}})`,
          shift: 0,
          inserts: [],
          declares: ["step"],
          inputs: [],
          language: ["task", "flow"],
          isView: false,
          hash: name,
        },
      ],
      versions: {},
      hash: name,
      usesContext: [],
      flows: [],
      tasks: {},
      diagnostics: [],
      broken: {},
    },
    hosts: [],
    libraries: {},
  },
  { type: "trace", job: 0 },
];
