// The recognised fields in a message's result, with value, confidence and corners on the image.

export const HIDDEN = "••••••";

// `omitted` names the fields whose values the stack withholds.
export function recognisedFields(result, omitted = []) {
  return [...cardFields(result), ...idFields(result)].map((each) =>
    ({ ...each, withheld: each.value === "" && omitted.includes(each.name.replace(/\[\d+\]$/, "")) }));
}

export function facts(result) {
  return ["idType", "resolution", "fileType"].filter((name) => typeof result[name] === "string").map((name) => result[name]);
}

function cardFields(result) {
  const groups = result.cardNums ?? [];
  const boxes = result.cardNumBoxes ?? [];
  const found = groups.map((group, index) => field(`cardNums[${index}]`, group, boxes[index]));
  if (result.totalCardNum) found.push(field("totalCardNum", { value: [result.totalCardNum].flat().join(" ") }));
  if (result.validThru) found.push(field("validThru", result.validThru, result.validThruBox));
  return found;
}

// Use the value's own box. Without one, use `boxes` if it has exactly one box per value.
function idFields(result) {
  const values = (result.keyValues ?? []).filter(Boolean);
  const boxes = result.boxes ?? [];
  return values.map((value, index) =>
    field(value.key ?? "", value, value.bbox ?? (boxes.length === values.length ? boxes[index] : null)));
}

function field(name, recognised, box) {
  const confidence = typeof recognised?.conf === "number" ? recognised.conf : null;
  return { name, value: String(recognised?.value ?? ""), confidence, corners: box ? corners(box) : null };
}

const corners = (box) => [1, 2, 3, 4].map((corner) => [Number(box[`x${corner}`]), Number(box[`y${corner}`])]);

// The message with all recognised values masked. Its structure, codes and sizes remain.
export function masked(event) {
  const copy = structuredClone(event);
  if (copy.correlationid) copy.correlationid = HIDDEN;
  if (copy.data?.result) copy.data.result = maskValues(copy.data.result);
  if (copy.data?.verification?.sealedClaim) copy.data.verification.sealedClaim = HIDDEN;
  const request = copy.data?.verification?.request;
  for (const name of Object.keys(request ?? {})) if (name !== "idType") request[name] = HIDDEN;
  return copy;
}

const UNMASKED = new Set(["key", "idType", "fileType", "resolution"]);

function maskValues(tree, name = "") {
  if (Array.isArray(tree)) return tree.map((each) => maskValues(each, name));
  if (tree && typeof tree === "object") {
    return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, maskValues(value, key)]));
  }
  return typeof tree === "string" && !UNMASKED.has(name) ? HIDDEN : tree;
}
