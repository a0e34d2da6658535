import fc from "fast-check";
import { testSeed } from "./seed.ts";

/** Loaded before every test file (bunfig.toml): property tests that name no seed of their own play the same cases. */

fc.configureGlobal({ seed: testSeed() });
