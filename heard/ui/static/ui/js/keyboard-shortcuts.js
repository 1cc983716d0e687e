/**
 * <keyboard-shortcuts> holds the dialog that lists the keys. A key presses or focuses what carries it as `data-key`, so
 * every key has a visible button. Off in fields; can be turned off, which this browser remembers.
 */
const REMEMBERED = "heard:keys"

class KeyboardShortcuts extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog")
    this.box = this.querySelector("[data-keys-on]")
    this.box.checked = this.areOn()
    this.box.addEventListener("change", () => localStorage.setItem(REMEMBERED, this.box.checked ? "on" : "off"))
    this.listener = (event) => this.hear(event)
    document.addEventListener("keydown", this.listener)
    for (const opener of document.querySelectorAll('[data-opens="keys"]')) {
      opener.hidden = false
      opener.addEventListener("click", () => this.dialog.showModal())
    }
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listener)
  }

  areOn() {
    return localStorage.getItem(REMEMBERED) !== "off"
  }

  hear(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return sendFormOf(event)
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return
    if (isField(event.target) || document.querySelector("dialog:modal")) return
    if (event.key === "?") return this.explain(event)
    if (!this.areOn()) return
    if (event.key === "j" || event.key === "k") return this.move(event, event.key === "j" ? 1 : -1)
    press(event)
  }

  explain(event) {
    event.preventDefault()
    this.dialog.showModal()
  }

  move(event, step) {
    const links = [...document.querySelectorAll("main .row__link")]
    if (!links.length) return
    event.preventDefault()
    const here = links.findIndex((link) => link === document.activeElement || link.closest(".row--here"))
    const next = here === -1 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + step, 0), links.length - 1)
    for (const row of document.querySelectorAll(".row--here")) row.classList.remove("row--here")
    const link = links[next]
    link.closest(".row")?.classList.add("row--here")
    link.focus()
    link.scrollIntoView({ block: "nearest" })
  }
}

function isField(element) {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches("input, textarea, select"))
}

/** Ctrl+Enter sends the form one is writing in, by its own first button. */
function sendFormOf(event) {
  const form = event.target instanceof HTMLElement && event.target.closest("form")
  if (!form || !isField(event.target)) return
  event.preventDefault()
  form.requestSubmit(form.querySelector('[data-send], [data-key="Ctrl+Enter"]') ?? undefined)
}

function press(event) {
  if (event.key.length !== 1) return
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].find((element) => element.checkVisibility())
  if (!target) return
  event.preventDefault()
  // The form that a tab stands for is there already: its field is what one wants, and what stands in it stays.
  const field = target.getAttribute("aria-current") === "true" && target.closest("section")?.querySelector("textarea")
  if (field) return field.focus()
  target.focus()
  if (!isField(target)) target.click()
}
customElements.define("keyboard-shortcuts", KeyboardShortcuts)
