// The image with its boxes. The overlay has the image's own coordinates, so it is right at any size.

import { request } from "./api.js";
import { el, svg } from "./dom.js";

const LARGEST_HEIGHT = 430;

export async function picture(number, fields) {
  const blob = await (await request("GET", `documents/${number}/image`)).blob();
  const url = URL.createObjectURL(blob);
  const image = el("img", { src: url, alt: "The uploaded image" });
  try {
    await image.decode();
  } finally {
    URL.revokeObjectURL(url);
  }
  const { naturalWidth: width, naturalHeight: height } = image;
  const overlay = svg("svg", { class: "boxes", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  fields.forEach((field, at) => {
    if (field.corners) overlay.append(svg("polygon", { points: field.corners.join(" "), "data-at": at }));
  });
  const figure = el("figure", { class: "picture" }, image, overlay);
  figure.style.aspectRatio = `${width} / ${height}`;
  figure.style.maxWidth = `${(LARGEST_HEIGHT * width) / height}px`;
  return figure;
}
