import * as archives from "../formats/archives.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("archives", archives);
