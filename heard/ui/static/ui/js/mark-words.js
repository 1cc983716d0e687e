import { say } from "heard/words"

// Words selected in an element with `data-mark` (an address): a button under them fetches the form that marks them.
// Without a script the link "Mark words" under the message leads to the same form on its own page.
let holder = null

function chosen() {
  const selection = document.getSelection()
  if (!selection?.rangeCount || selection.isCollapsed) return null
  const range = selection.getRangeAt(0)
  const body = range.commonAncestorContainer.parentElement?.closest("[data-mark]") ?? range.commonAncestorContainer.closest?.("[data-mark]")
  const words = selection.toString().trim()
  if (!body || !words) return null
  const before = document.createRange()
  before.selectNodeContents(body)
  before.setEnd(range.startContainer, range.startOffset)
  return { body, words, near: [...before.toString()].length, range }
}

function leave() {
  holder?.remove()
  holder = null
}

function place({ body, range }) {
  const thread = body.closest(".thread") ?? body
  const around = thread.getBoundingClientRect()
  const words = range.getBoundingClientRect()
  holder.style.setProperty("--mark-words-top", `${words.bottom - around.top + 6}px`)
  holder.style.setProperty("--mark-words-start", `${Math.max(0, Math.min(words.left - around.left, around.width - 416))}px`)
  body.closest("li")?.append(holder)
}

async function ask({ body, words, near }) {
  const answer = await fetch(body.dataset.mark, { headers: { "HX-Request": "true" } })
  if (!answer.ok || !holder) return
  holder.innerHTML = await answer.text()
  const form = holder.querySelector("form")
  form.elements.words.value = words
  form.elements.near.value = near
  form.querySelector("[data-close]").addEventListener("click", leave)
  form.querySelector("input[type=radio]:checked")?.focus()
}

function offer() {
  if (holder?.querySelector("form")) return
  const found = chosen()
  leave()
  if (!found) return
  holder = Object.assign(document.createElement("div"), { className: "mark-words" })
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button--small", textContent: say("mark") })
  button.addEventListener("mousedown", (event) => event.preventDefault())
  button.addEventListener("click", () => ask(found))
  holder.append(button)
  place(found)
}

let soon = 0
document.addEventListener("selectionchange", () => {
  clearTimeout(soon)
  soon = setTimeout(offer, 200)
})
document.addEventListener("keydown", (event) => event.key === "Escape" && leave())
