import * as html from "../formats/html.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("html", html);
