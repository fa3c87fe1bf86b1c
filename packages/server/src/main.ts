#!/usr/bin/env node
/**
 * `firstlight`: the command line out of few files if they are as new as the build, which loads in a
 * quarter of the time, or else out of the build's 1,900.
 */
import { bundledCommandLine } from "./bundle/bundle-files.ts";

await import(bundledCommandLine() ?? "./cli.js");
