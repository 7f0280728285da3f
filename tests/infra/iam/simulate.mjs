// Asks @cloud-copilot/iam-simulate the questions on standard input; answers as JSON on standard output.
import {createRequire} from "node:module"
import {text} from "node:stream/consumers"

const {runSimulation} = createRequire(`${process.argv[2]}/package.json`)("@cloud-copilot/iam-simulate")
const account = "123456789012"
const named = (policies) => policies.map((policy, number) => ({name: `p${number}`, policy}))
const everything = {Version: "2012-10-17", Statement: [{Effect: "Allow", Action: "*", Resource: "*"}]}

async function answer({policies, boundary, request}) {
  const response = await runSimulation({
    request: {
      action: request.action,
      principal: `arn:aws:iam::${account}:user/ann`,
      resource: {resource: request.resource, accountId: account},
      contextVariables: request.context,
    },
    identityPolicies: named(policies),
    permissionBoundaryPolicies: boundary.length ? named(boundary) : undefined,
    serviceControlPolicies: [{orgIdentifier: "r-1", policies: named([everything])}],
    resourceControlPolicies: [],
  }, {})
  return response.resultType === "error" ? {error: JSON.stringify(response.errors)} : response.overallResult
}

const asked = JSON.parse(await text(process.stdin))
process.stdout.write(JSON.stringify(await Promise.all(asked.map(answer))))
