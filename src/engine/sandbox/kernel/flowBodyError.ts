import { FlowError } from "../../../core/errors.ts";

/** An error about a flow body; the message may begin with what something is called ("the result of extract"). */
export function flowBodyError(message: string): FlowError {
  // Names of the language keep their small letter: "when takes a ref".
  return new FlowError(
    "flow-body",
    message.replace(/^(?:the|what|argument)\b/, (word) =>
      word.replace(/^./, (letter) => letter.toUpperCase()),
    ),
  );
}
