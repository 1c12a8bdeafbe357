#!/usr/bin/env node
// An executable is a policy pack too, and needs no plugin of its language: `pulumi preview --policy-pack policy/pack/serve.mjs`.
// The SDK reads the version from the package.json of the working directory, and the engine starts the pack in that of the program.
process.chdir(import.meta.dirname);
await import("./index.ts");
