// What was read, from the message's result: fields with their value, confidence and corners on the image.

export const HIDDEN = "••••••";

export function entries(result) {
  return [...cardEntries(result), ...idEntries(result)];
}

export function facts(result) {
  return ["idType", "resolution", "fileType"].filter((name) => typeof result[name] === "string").map((name) => result[name]);
}

function cardEntries(result) {
  const groups = result.cardNums ?? [];
  const boxes = result.cardNumBoxes ?? [];
  const found = groups.map((group, at) => entry(`cardNums[${at}]`, group, boxes[at]));
  if (result.totalCardNum) found.push(entry("totalCardNum", { value: [result.totalCardNum].flat().join(" ") }));
  if (result.validThru) found.push(entry("validThru", result.validThru, result.validThruBox));
  return found;
}

// A box is the value's own; without one, `boxes` tells whose it is if there is one for each.
function idEntries(result) {
  const values = (result.keyValues ?? []).filter(Boolean);
  const boxes = result.boxes ?? [];
  return values.map((value, at) =>
    entry(value.key ?? "", value, value.bbox ?? (boxes.length === values.length ? boxes[at] : null)));
}

function entry(name, read, box) {
  const confidence = typeof read?.conf === "number" ? read.conf : null;
  return { name, value: String(read?.value ?? ""), confidence, corners: box ? corners(box) : null };
}

const corners = (box) => [1, 2, 3, 4].map((at) => [Number(box[`x${at}`]), Number(box[`y${at}`])]);

// The message with everything that was read blotted out; its form, codes and sizes stay.
export function masked(event) {
  const copy = structuredClone(event);
  if (copy.data?.result) copy.data.result = blotted(copy.data.result);
  const request = copy.data?.verification?.request;
  for (const name of Object.keys(request ?? {})) if (name !== "idType") request[name] = HIDDEN;
  return copy;
}

const PLAIN = new Set(["key", "idType", "fileType", "resolution"]);

function blotted(tree, name = "") {
  if (Array.isArray(tree)) return tree.map((each) => blotted(each, name));
  if (tree && typeof tree === "object") {
    return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, blotted(value, key)]));
  }
  return typeof tree === "string" && !PLAIN.has(name) ? HIDDEN : tree;
}
