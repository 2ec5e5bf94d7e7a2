// The packages in package-lock.json → kg/web/assets/vendor: scripts as the desk serves them, their licences, a manifest.
// Run `npm ci && npm run build` in this folder after a change to it; what comes out is kept in the repository.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = fileURLToPath(new URL("./", import.meta.url));
const OUT = fileURLToPath(new URL("../../kg/web/assets/vendor/", import.meta.url));
const lock = JSON.parse(readFileSync(`${HERE}package-lock.json`, "utf8")).packages;

const about = (name) => JSON.parse(readFileSync(`${HERE}node_modules/${name}/package.json`, "utf8"));
const listed = (names) => names.sort().map((name) => {
  const { version, license } = about(name);
  if (lock[`node_modules/${name}`].version !== version) throw new Error(`${name} is not as locked: npm ci`);
  return { name, version, license };
});
const nameOf = (path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1];

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });

const editor = await build({
  absWorkingDir: HERE, entryPoints: ["editor.js"], bundle: true, minify: true, format: "iife", target: "es2020",
  charset: "utf8", legalComments: "none", write: false, metafile: true,
});
const bundled = [...new Set(Object.keys(editor.metafile.inputs).map(nameOf).filter(Boolean))];
const files = {
  "cytoscape.min.js": [readFileSync(`${HERE}node_modules/cytoscape/dist/cytoscape.min.js`), ["cytoscape"]],
  "sparql-editor.min.js": [editor.outputFiles[0].contents, bundled],
};

const manifest = Object.entries(files).map(([file, [content, names]]) => {
  writeFileSync(OUT + file, content);
  return { file, sha256: createHash("sha256").update(content).digest("hex"), packages: listed(names) };
});
writeFileSync(`${OUT}manifest.json`, `${JSON.stringify(manifest, null, 1)}\n`);

const all = listed([...new Set(["cytoscape", ...bundled])]);
const licences = all.map(({ name, version }) => {
  const text = readFileSync(`${HERE}node_modules/${name}/LICENSE`, "utf8").trim();
  return `${name} ${version}\n${"-".repeat(name.length + version.length + 1)}\n${text}\n`;
});
writeFileSync(`${OUT}LICENCES.txt`, licences.join("\n"));

// what only the tests run; its licence stands at its head
const TESTS = fileURLToPath(new URL("../tests/vendor/", import.meta.url));
mkdirSync(TESTS, { recursive: true });
copyFileSync(`${HERE}node_modules/axe-core/axe.min.js`, `${TESTS}axe.min.js`);
