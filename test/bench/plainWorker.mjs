// A worker of plain BullMQ jobs that do next to nothing. node plainWorker.mjs <port> <queue> <how many at once>
import { Worker } from "bullmq";

const [port, queue, slots] = process.argv.slice(2);
const worker = new Worker(queue, ({ data }) => Promise.resolve(data.x + 1), {
  connection: { host: "127.0.0.1", port: Number(port) },
  concurrency: Number(slots),
});
await worker.waitUntilReady();
console.log("ready");
