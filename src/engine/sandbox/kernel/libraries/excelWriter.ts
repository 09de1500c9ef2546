import * as excelWriter from "../formats/excelWriter.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("excelWriter", excelWriter);
