import { benchEngine } from "./engine.bench.ts";
import { benchLoad } from "./load.bench.ts";

const wanted = process.env.FLOWBOOK_BENCH?.split(",") ?? [];
if (wanted.includes("engine")) await benchEngine();
if (wanted.includes("load")) await benchLoad();
