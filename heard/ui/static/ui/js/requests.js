// Plain POSTs by script, with the same CSRF header that htmx sends.
export function csrfHeaders() {
  return JSON.parse(document.body.getAttribute("hx-headers") || "{}")
}

/** POST a form's fields; resolves to the response, rejects when the network failed or the answer was an error. */
export async function post(url, fields) {
  const response = await fetch(url, {
    method: "POST",
    headers: csrfHeaders(),
    body: fields instanceof FormData ? fields : new URLSearchParams(fields),
    credentials: "same-origin",
    redirect: "manual",
  })
  if (!response.ok) throw new Error(`answered ${response.status || "elsewhere"}`)
  return response
}
