// Evaluates requests, read from standard input as a list of JSON, against the policies beside each; prints the results.
import { readFileSync } from "node:fs";
import { anonymousPrincipal, runSimulation } from "@cloud-copilot/iam-simulate";

const named = (policies) => policies.map((policy, place) => ({ name: `policy ${place}`, policy }));

async function evaluated(asked) {
  const simulation = {
    request: {
      action: asked.action,
      principal: asked.principal === "anonymous" ? anonymousPrincipal : asked.principal,
      resource: { resource: asked.resource, accountId: asked.account },
      contextVariables: asked.context,
    },
    identityPolicies: named(asked.identity),
    resourcePolicy: asked.resource_policy ?? undefined,
    vpcEndpointPolicies: asked.endpoint_policy ? named([asked.endpoint_policy]) : undefined,
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  };
  const result = await runSimulation(simulation, {});
  return result.resultType === "error" ? JSON.stringify(result.errors) : (result.overallResult ?? result.analysis?.result);
}

const asked = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(await Promise.all(asked.map(evaluated))));
