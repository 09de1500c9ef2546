/** What makes records of rows and sends them to the database, in a part that comes with the first load of a worker. */
export { Encoders } from "../encoders.ts";
export { loadRows } from "../load.ts";
