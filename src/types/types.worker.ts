/** The worker of the type checker. It holds all of TypeScript, and is started when somebody begins to write code. */
import * as Comlink from "comlink";
import { languagePath, libraries } from "./libraries.ts";
import { createTypeChecker } from "./typeChecker.ts";

Comlink.expose(createTypeChecker(libraries, languagePath));
