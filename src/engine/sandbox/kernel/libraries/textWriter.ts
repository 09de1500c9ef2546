import * as textWriter from "../formats/textWriter.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("textWriter", textWriter);
