import * as parquetCompressors from "../formats/parquetCompressors.ts";
import { registerFormat } from "./registerFormat.ts";

registerFormat("parquetCompressors", parquetCompressors);
