import type { FromFrame, ToFrame } from "../protocol.ts";

// The only script of the sandbox frame. It starts and ends workers, and does nothing else: no code of a notebook runs here.
function connect(event: MessageEvent) {
  const control = event.ports[0];
  if (event.data !== "flowbook" || !control) return;
  removeEventListener("message", connect);

  const workers = new Map<number, Worker>();
  let kernel = "";
  const send = (message: FromFrame) => control.postMessage(message);

  control.onmessage = ({ data }: MessageEvent<ToFrame>) => {
    if (data.type === "boot") {
      kernel = URL.createObjectURL(
        new Blob([data.kernel], { type: "text/javascript" }),
      );
      send({ type: "booted" });
    } else if (data.type === "spawn") {
      const id = data.worker;
      const report = (message: string) =>
        send({ type: "worker-error", worker: id, message });
      try {
        // Classic: Chromium starts no module worker from a blob: URL here.
        const worker = new Worker(kernel);
        worker.onerror = (error) => report(error.message || "");
        worker.onmessageerror = () => report("A message could not be read.");
        worker.postMessage(0, [data.port]);
        workers.set(id, worker);
      } catch (error) {
        report(String(error));
      }
    } else if (data.type === "kill") {
      workers.get(data.worker)?.terminate();
      workers.delete(data.worker);
      send({ type: "killed", worker: data.worker });
    } else if (data.type === "ping") {
      send({ type: "pong", id: data.id });
    }
  };
}
addEventListener("message", connect);
