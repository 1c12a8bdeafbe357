// The entry that the `pulumi` CLI runs. An older Node cannot read the rest of the program, and would say so in its own words.
const OLDEST_NODE = 24;

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  throw new Error(
    `privatesales needs Node ${OLDEST_NODE} or later on PATH, and this is Node ${process.versions.node}. ` +
      "Install Node 24, or put the project's own first: PATH=\"$PWD/node_modules/.bin:$PATH\" pulumi …",
  );
}
const { default: deploy } = await import("./index.ts");

export default deploy;
