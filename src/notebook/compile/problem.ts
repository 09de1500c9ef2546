import type { ErrorCode } from "../../core/errors.ts";
import type { Diagnostic } from "../document.ts";

/** A diagnostic before it is known which cell it stands on: places are offsets into the source. */
export interface Problem {
  severity: Diagnostic["severity"];
  code: ErrorCode;
  /** What happened and what to do. */
  message: string;
  from: number;
  to: number;
  /** What stands there if what the message asks about was meant. */
  instead?: string | undefined;
}

/** A problem at a node. */
export function problemAt(
  node: { start: number; end: number },
  severity: Problem["severity"],
  code: ErrorCode,
  message: string,
): Problem {
  return { severity, code, message, from: node.start, to: node.end };
}
