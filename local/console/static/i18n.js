// The page's language. Texts stand in English where they are used; korean.js translates them.

import { KOREAN } from "./korean.js";

const LANGUAGE_KEY = "console-language";
const PLACEHOLDER = /\{(\d)\}/g;

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
// The texts with placeholders, as expressions that find the values in an English one.
const PATTERNS = Object.entries(KOREAN).filter(([english]) => english.includes("{0}")).map(([english, korean]) => {
  const literals = english.split(PLACEHOLDER).filter((_, index) => index % 2 === 0);
  return [new RegExp(`^${literals.map(escape).join("(.+)")}$`), korean];
});

export const language = localStorage.getItem(LANGUAGE_KEY) ?? (navigator.language.startsWith("ko") ? "ko" : "en");

// The text in the page's language. "{0}" stands for the first of `values`.
export function t(english, ...values) {
  const text = language === "ko" ? (KOREAN[english] ?? english) : english;
  return text.replace(PLACEHOLDER, (_, index) => values[Number(index)]);
}

// What the server observed, in the page's language where a translation is known. Log lines stay in English.
export function observed(english) {
  const whole = t(english);
  if (whole !== english || language === "en") return whole;
  for (const [pattern, text] of PATTERNS) {
    const match = pattern.exec(english);
    if (match) return text.replace(PLACEHOLDER, (_, index) => observed(match[Number(index) + 1]));
  }
  return english;
}

// Translate the page's own markup, and let the switch change the language. The page is loaded anew: its address and the
// server keep what is shown.
export function start() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.textContent);
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.getAttribute("aria-label")));
  }
  for (const element of document.querySelectorAll("[data-t-placeholder]")) element.placeholder = t(element.placeholder);
  const select = document.getElementById("language");
  select.value = language;
  select.addEventListener("change", () => {
    localStorage.setItem(LANGUAGE_KEY, select.value);
    location.reload();
  });
}
