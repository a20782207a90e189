// The image with its boxes. The overlay has the image's own coordinates, so it is right at any size.

import { request } from "./api.js";
import { el, svg } from "./dom.js";

const LARGEST_HEIGHT = 430;

// Fetch the image of a document; `outline` draws the boxes on it once they are known. Its size is the file's own: the
// browser's would be turned as EXIF says.
export async function picture({ number, pixels: [width, height] }) {
  const blob = await (await request("GET", `documents/${number}/image`)).blob();
  const image = el("img", { src: URL.createObjectURL(blob), alt: "The uploaded image" });
  await image.decode();
  const overlay = svg("svg", { class: "boxes", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  const figure = el("figure", { class: "picture" }, image, overlay);
  figure.style.aspectRatio = `${width} / ${height}`;
  figure.style.maxWidth = `${(LARGEST_HEIGHT * width) / height}px`;
  return figure;
}

export function outline(figure, fields) {
  const boxes = fields.map(({ corners }, at) => corners && svg("polygon", { points: corners.join(" "), "data-at": at }));
  figure.querySelector(".boxes").replaceChildren(...boxes.filter(Boolean));
}
