// Compiles every schema with Ajv in strict mode, and validates the examples: `node validate.mjs SCHEMAS_FOLDER`.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const folder = process.argv[2];
const read = (...path) => JSON.parse(readFileSync(join(folder, ...path), "utf8"));
const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv);

const failures = [];
function check(name, validate, value) {
  if (!validate(value)) failures.push(`${name}: ${ajv.errorsText(validate.errors)}`);
}

const anyMessage = ajv.compile(read("message.v1.json"));
const byType = new Map();
for (const name of readdirSync(folder).filter((file) => file.startsWith("document."))) {
  const schema = read(name);
  byType.set(schema.properties.type.const, ajv.compile(schema));
  for (const example of schema.examples) check(`an example in ${name}`, byType.get(example.type), example);
}

// JSON Schema does not know the members of OpenAPI.
const api = read("verification.openapi.json");
ajv.addVocabulary([...Object.keys(api), "discriminator"]);
ajv.addSchema(api, "api");
const post = Object.values(api.paths)[0].post;
const component = (name) => ajv.getSchema(`api#/components/schemas/${name}`);
for (const [name, schema] of Object.entries(api.components.schemas)) {
  for (const example of schema.examples ?? []) check(`an example of ${name}`, component(name), example);
}

let validated = 0;
for (const file of readdirSync(join(folder, "examples"))) {
  const example = read("examples", file);
  if (file === "answers.json") {
    for (const [name, { status, body }] of Object.entries(example)) {
      const [mediaType] = Object.keys(post.responses[status].content);
      const pointer = `#/paths/${encodeURIComponent(Object.keys(api.paths)[0].replaceAll("/", "~1"))}/post/responses/${status}/content/${mediaType.replace("/", "~1")}/schema`;
      check(name, ajv.getSchema(`api${pointer}`), body);
      validated += 1;
    }
    continue;
  }
  check(file, byType.get(example.type), example);
  check(file, anyMessage, example);
  const offer = example.data.verification;
  if (offer && !offer.missing.length) check(`the claim of ${file}`, component("Claim"), offer.request);
  validated += 1;
}
console.log(JSON.stringify({ validated, failures }));
