import bootText, { hash as bootHash } from "./boot.ts?sandbox-bundle";
import { sandboxUnavailable } from "../sandboxUnavailable.ts";
import { framePolicy } from "./policy.ts";

/** A sandbox frame of the page: hidden, of an opaque origin, with a policy of its own. */
export interface SandboxFrame {
  /** The only way to speak to it; to be handed on to the engine worker. */
  control: MessagePort;
  remove(): void;
}

/** How long a frame may take to load before the browser counts as one that cannot give the sandbox. */
const loadLimit = 10_000;

/**
 * Makes a sandbox frame that may reach `origins` and nothing else.
 * Its policy cannot be changed later: another set of origins needs another frame.
 */
export function createFrame(origins: readonly string[]): Promise<SandboxFrame> {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.hidden = true;
  frame.title = "Sandbox";
  frame.srcdoc = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${framePolicy(origins, bootHash)}"><script>${bootText}</script>`;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      frame.remove();
      reject(sandboxUnavailable());
    }, loadLimit);
    frame.addEventListener(
      "load",
      () => {
        clearTimeout(timer);
        const { port1, port2 } = new MessageChannel();
        // An opaque origin has no name to address; the frame takes one message and is deaf to the window after that.
        frame.contentWindow?.postMessage("flowbook", "*", [port2]);
        resolve({ control: port1, remove: () => frame.remove() });
      },
      { once: true },
    );
    document.body.append(frame);
  });
}
