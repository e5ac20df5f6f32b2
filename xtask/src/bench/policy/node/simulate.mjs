// Measures @cloud-copilot/iam-simulate. The folder of its installation, the files and the times come
// as arguments; one JSON object goes to stdout. Node's own clock counts the CPU time of the process,
// that of its helper threads included.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [installation, statements, keyPolicy, requests, warmUpMs, roundMs, rounds] = process.argv.slice(2);
const require = createRequire(pathToFileURL(join(installation, "index.js")));
const { runSimulation } = require("@cloud-copilot/iam-simulate");

const policy = JSON.parse(readFileSync(statements, "utf8"));
const account = "111122223333";
// Only a key's own policy gives its account a say.
const key = JSON.parse(readFileSync(keyPolicy, "utf8"));
const simulations = JSON.parse(readFileSync(requests, "utf8")).map(({ action, resource, context }) => ({
  request: {
    principal: `arn:aws:sts::${account}:assumed-role/thumbgate/thumbgate`,
    action,
    resource: { resource, accountId: account },
    contextVariables: context,
  },
  identityPolicies: [{ name: "thumbgate", policy }],
  serviceControlPolicies: [],
  resourceControlPolicies: [],
  resourcePolicy: action.startsWith("kms:") ? key : undefined,
}));

const words = { Allowed: "allow", ExplicitlyDenied: "explicit deny", ImplicitlyDenied: "implicit deny" };
const verdicts = [];
for (const simulation of simulations) {
  const answer = await runSimulation(simulation, {});
  verdicts.push(answer.resultType === "error" ? answer.errors.message : words[answer.overallResult]);
}

// Judges all requests again and again until so much CPU time is spent; microseconds a decision.
async function microsPerDecision(forMs) {
  const start = process.cpuUsage();
  for (let decisions = 0; ; ) {
    for (const simulation of simulations) {
      await runSimulation(simulation, {});
    }
    decisions += simulations.length;
    const { user, system } = process.cpuUsage(start);
    if (user + system >= forMs * 1000) {
      return (user + system) / decisions;
    }
  }
}

await microsPerDecision(Number(warmUpMs));
const measured = [];
for (let round = 0; round < Number(rounds); round += 1) {
  measured.push(await microsPerDecision(Number(roundMs)));
}
console.log(JSON.stringify({ verdicts, micros: measured }));
