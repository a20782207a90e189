// Asks its server to sign an upload, then sends the image to S3. In your own page only the address of `sign` differs.

const form = document.getElementById("upload");
const outcome = document.getElementById("outcome");
// The fragment of the address that the terminal shows; browsers send it nowhere.
const TOKEN = { "X-Upload-Token": location.hash.slice(1) };

async function sign(kind, image, correlationId, once) {
  const body = JSON.stringify({ kind, contentType: image.type, size: image.size, correlationId, once });
  const answer = await fetch("/sign", { method: "POST", headers: TOKEN, body });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

async function send(signed, image) {
  // A relay of the page's own server, on this machine; S3 must not see the token.
  const token = signed.url.startsWith("/") ? TOKEN : {};
  if (signed.method === "PUT") {
    return fetch(signed.url, { method: "PUT", headers: { ...signed.headers, ...token }, body: image });
  }
  const data = new FormData();
  for (const [name, value] of Object.entries(signed.fields)) data.append(name, value);
  data.append("file", image); // S3 ignores every field behind it.
  return fetch(signed.url, { method: "POST", headers: token, body: data });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { kind, image, correlationId, once } = form.elements;
  outcome.textContent = "uploading";
  try {
    const signed = await sign(kind.value, image.files[0], correlationId.value || null, once.checked);
    const answer = await send(signed, image.files[0]);
    // 412: an earlier try of this PUT arrived, though its answer was lost. It is the same upload.
    const arrived = answer.ok || answer.status === 412;
    outcome.textContent = arrived ? `uploaded as ${signed.key}` : `S3 refused the image: ${answer.status}`;
  } catch (error) {
    outcome.textContent = `not uploaded: ${error.message}`;
  }
});
