import { masqueReaderWith } from "../../src/masque/arktype/read-masque.ts";
import { compilePattern } from "../../src/masque/re2/compile-pattern.ts";

/** The reader of masque files that the program uses. */
export const readMasque = masqueReaderWith(compilePattern);
