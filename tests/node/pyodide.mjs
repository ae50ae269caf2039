// Runs Python in Pyodide, as xlwings Lite does: node pyodide.mjs FOLDER-OF-NPM JOB.json > RESULT.json
// The job: {packages: [wheels to unpack], data: {name: path of a file that lies in /data}, code: Python that leaves a text in `result`,
// text: what that code finds in `given`}
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, path] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/node_modules/pyodide/pyodide.mjs`).href);
const job = JSON.parse(readFileSync(path, "utf8"));
const bytes = (file) => new Uint8Array(readFileSync(file));
const python = await loadPyodide({ stdout: (line) => console.error(line) });
for (const wheel of job.packages) python.unpackArchive(bytes(wheel), "wheel");
python.FS.mkdirTree("/data");
for (const [name, file] of Object.entries(job.data)) python.FS.writeFile(`/data/${name}`, bytes(file));
python.globals.set("given", job.text);
try {
  await python.runPythonAsync(job.code);
  process.stdout.write(python.globals.get("result"));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
