import * as encodings from "../formats/encodings.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("encodings", encodings);
