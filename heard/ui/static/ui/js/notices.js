// Puts a notice into the corner: the same markup as ui/_notice.html, for what only the browser can know.
import { say } from "heard/words"

/** Show a notice by the names of its sentences in words.py. One of a name stands at a time. */
export function notify(name, tone = "soon") {
  const region = document.getElementById("notices")
  if (!region) return
  region.querySelector(`[data-name="${name}"]`)?.remove()
  const notice = document.createElement("confirm-undo")
  notice.className = `notice notice--${tone}`
  notice.dataset.name = name
  const first = document.createElement("p")
  first.append(Object.assign(document.createElement("strong"), { textContent: say(name) }))
  notice.append(first)
  const rest = say(`${name}.rest`)
  if (rest !== `${name}.rest`) notice.append(Object.assign(document.createElement("p"), { className: "small", textContent: rest }))
  region.append(notice)
}
