import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import { type Current, jobOutside } from "./current.ts";
import { makeConditional } from "./conditional.ts";
import { makeDatabaseTasks } from "./databaseTasks.ts";
import { defineLibraryTask } from "./libraryTask.ts";
import { adoptError } from "./formats.ts";
import { request } from "./network.ts";
import { makePages } from "./pages.ts";
import { toOptions } from "./readerOptions.ts";
import { FlowSignal } from "./signals.ts";

/** The entries of the task library besides readers and writers. */
export function makeTaskLibrary(current: Current): Record<string, unknown> {
  return {
    ...makePages(current),
    ...makeDatabaseTasks(current),
    fetchChanged: makeConditional(current),
    jsonPath: defineLibraryTask(
      current,
      "jsonPath",
      ["value", "path"],
      async (value, path) => {
        const job = jobOutside(current, "jsonPath");
        const library = await current.formats.use(job, "jsonPath");
        return library.findAll(value, path);
      },
    ),
    // No node: a schema is made of functions, which do not reach another worker.
    checkRows: async (rows: unknown, schema: unknown, options?: unknown) => {
      const job = jobOutside(current, "checkRows");
      const { badRows } = toOptions(options, "checkRows", ["badRows"]);
      const { checkRows } = await current.formats.use(job, "rowChecks");
      const surroundings = {
        warn: (message: string) => job.log("warning", [message]),
        isSignal: (thrown: unknown) => thrown instanceof FlowSignal,
      };
      return checkRows(surroundings, rows, schema, badRows).catch(
        (thrown: unknown) => {
          throw adoptError(thrown);
        },
      );
    },
    notifyWebhook: defineLibraryTask(
      current,
      "notifyWebhook",
      ["url", "message", "options"],
      async (url, message, options) => {
        const body = typeof message === "string" ? { text: message } : message;
        if (typeof body !== "object" || body === null)
          throw new FlowError(
            "invalid-argument",
            `notifyWebhook sends a text or an object, not ${showValue(message)}.`,
          );
        const sent = {
          method: "POST",
          ...toOptions(options, "notifyWebhook"),
          body,
        };
        await request(current, url, sent, (response) => response.text());
      },
    ),
    notifyBrowser: defineLibraryTask(
      current,
      "notifyBrowser",
      ["title", "options"],
      (title, options) => {
        const job = jobOutside(current, "notifyBrowser");
        const refuse = (given: unknown): never => {
          throw new FlowError(
            "invalid-argument",
            `notifyBrowser takes texts: notifyBrowser("The load is done", { body: "12 rows" }), not ${showValue(given)}.`,
          );
        };
        // The body as an argument of its own is easily written.
        if (typeof options === "string") refuse(options);
        const { body = "" } = toOptions(options, "notifyBrowser", ["body"]);
        for (const text of [title, body])
          if (typeof text !== "string") refuse(text);
        job.display(
          {
            type: "notification",
            text: (title as string).slice(0, 200),
            body: (body as string).slice(0, 1000),
          },
          undefined,
        );
        return Promise.resolve();
      },
    ),
  };
}
