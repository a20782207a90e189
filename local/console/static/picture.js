// The image with its boxes. The overlay uses the image's own coordinates, so it fits at any size.

import { request } from "./api.js";
import { el, svg } from "./dom.js";
import { t } from "./i18n.js";

// As much of its half as the window has room for.
const MAX_HEIGHT = "max(430px, 80vh)";

// Fetch the image of a document. `drawBoxes` adds the boxes once they are known. The size is that of the file, because
// the browser's size is rotated according to EXIF.
export async function picture({ number, pixels: [width, height] }) {
  const blob = await (await request("GET", `documents/${number}/image`)).blob();
  const image = el("img", { src: URL.createObjectURL(blob), alt: t("The uploaded image") });
  await image.decode();
  const overlay = svg("svg", { class: "boxes", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  const figure = el("figure", { class: "picture" }, image, overlay);
  figure.style.aspectRatio = `${width} / ${height}`;
  figure.style.maxWidth = `calc(${MAX_HEIGHT} * ${width / height})`;
  return figure;
}

export function drawBoxes(figure, fields) {
  const boxes = fields.map(({ corners }, index) => corners && svg("polygon", { points: corners.join(" "), "data-index": index }));
  figure.querySelector(".boxes").replaceChildren(...boxes.filter(Boolean));
}
