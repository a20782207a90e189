// node compile.mjs PYODIDE PACKAGE SOURCES_KEPT: runs compile.py in Python 3.13 with the package at /package.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [loader, folder, sourcesKept] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(loader));
// A fixed seed, because sets of constants are written in the order of their hashes.
const python = await loadPyodide({ env: { PYTHONHASHSEED: "0", SOURCES_KEPT: sourcesKept } });
python.mountNodeFS("/package", folder);
python.runPython(readFileSync(new URL("compile.py", import.meta.url), "utf8"));
