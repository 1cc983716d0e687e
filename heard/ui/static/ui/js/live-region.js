import { say } from "heard/words"

/**
 * <live-region id="thread" topic="conversation:12" src="/conversations/12/thread/">: fetches itself again when an event
 * touches its topic. Topics are `kind:id` or `kind` alone, several by spaces. `mode`:
 *   now    at once: what the reader has open
 *   soon   within two seconds, at a moment of its own (the default), so that a thousand screens do not ask together
 *   offer  never by itself: a line above says "2 new", because rows must not move under a hand
 * Without `src` the page itself is fetched and the part with this element's id is taken from it.
 * What somebody writes inside it, in a <draft-keeper>, stays where it is with its caret (the nearest element with an id around
 * it is kept whole); while a key was just pressed, a menu is open or another field has the focus, it waits.
 * Any other element may have `data-live` with the same attributes.
 */
const JITTER = 2_000
const WAIT = 2_000 // until it looks again whether a hand is still on it

class LiveRegion extends HTMLElement {
  connectedCallback() {
    this.keeper = new Keeper(this)
  }

  disconnectedCallback() {
    this.keeper?.stop()
  }
}

export class Keeper {
  constructor(element) {
    this.element = element
    this.changed = new Set()
    this.onEvent = ({ detail }) => this.hear(detail)
    this.onResync = () => this.arrange("resync")
    this.onInput = () => (this.lastInput = Date.now())
    this.onSwap = (event) => event.detail.target === element && this.take(event.detail)
    this.onSwapped = (event) => event.detail.target === element && this.giveBack()
    document.addEventListener("heard:event", this.onEvent)
    document.addEventListener("heard:resync", this.onResync)
    element.addEventListener("input", this.onInput)
    element.addEventListener("htmx:beforeSwap", this.onSwap)
    element.addEventListener("htmx:afterSwap", this.onSwapped)
  }

  stop() {
    clearTimeout(this.timer)
    document.removeEventListener("heard:event", this.onEvent)
    document.removeEventListener("heard:resync", this.onResync)
    this.element.removeEventListener("input", this.onInput)
    this.element.removeEventListener("htmx:beforeSwap", this.onSwap)
    this.element.removeEventListener("htmx:afterSwap", this.onSwapped)
  }

  topics() {
    return (this.element.getAttribute("topic") ?? this.element.dataset.live ?? "").split(/\s+/).filter(Boolean)
  }

  hear(event) {
    const subject = `${event.subject_kind}:${event.subject_id}`
    const conversation = event.conversation_id ?? event.data?.conversation_id
    const about = conversation ? `conversation:${conversation}` : subject
    const people = (event.identity_ids ?? []).map((id) => `identity:${id}`)
    const names = [subject, about, event.subject_kind, about.split(":")[0], event.kind, ...people]
    if (this.topics().some((topic) => names.includes(topic))) this.arrange(about)
  }

  arrange(subject) {
    this.changed.add(subject)
    const mode = this.element.getAttribute("mode") ?? this.element.dataset.mode
    if (mode === "offer") return this.offer()
    if (this.timer) return
    this.timer = setTimeout(() => this.fetch(), mode === "now" ? 0 : Math.random() * JITTER)
  }

  /** A hand is on it: it must not be replaced now. */
  isHeld() {
    const active = document.activeElement
    const isField = this.element.contains(active) && active.matches("input, textarea, select, [contenteditable]")
    const isTyping = Date.now() - (this.lastInput ?? 0) < WAIT
    const isBusy = this.element.querySelector("details.menu[open], dialog[open], .htmx-request") !== null
    return isBusy || isTyping || (isField && !active.closest("draft-keeper"))
  }

  /** Of a whole page only this element's part is taken; a page that answers htmx with the part alone is taken as it is. */
  take(answer) {
    const { id } = this.element
    if (!this.source() && answer.serverResponse.includes(`id="${id}"`)) answer.selectOverride = `#${CSS.escape(id)} > *`
    this.keepWriting()
  }

  source() {
    return this.element.getAttribute("src") ?? this.element.dataset.src
  }

  /** Take what is being written out of the page before htmx clears the region… */
  keepWriting() {
    const inUse = [...this.element.querySelectorAll("draft-keeper")].filter((keeper) => keeper.isInUse)
    const parts = new Set(inUse.map((keeper) => keeper.closest("[id]")).filter((part) => part && part !== this.element && this.element.contains(part)))
    const active = document.activeElement
    this.kept = [...parts].map((part) => ({ part, top: part.getBoundingClientRect().top }))
    this.caret = [...parts].some((part) => part.contains(active)) ? { active, from: active.selectionStart, to: active.selectionEnd } : undefined
    for (const { part } of this.kept) part.remove()
  }

  /** …and put it back in place of its fresh copy, where the eye left it. */
  giveBack() {
    for (const { part, top } of this.kept ?? []) {
      const fresh = this.element.querySelector(`#${CSS.escape(part.id)}`)
      if (fresh) fresh.replaceWith(part)
      else this.element.append(part) // the page has no place for it any more, but words are words
      window.scrollBy(0, part.getBoundingClientRect().top - top)
    }
    if (this.caret?.active.isConnected) {
      const { active, from, to } = this.caret
      active.focus({ preventScroll: true })
      if (typeof from === "number") active.setSelectionRange(from, to)
    }
    this.kept = this.caret = undefined
  }

  async fetch() {
    clearTimeout(this.timer)
    this.timer = this.isHeld() ? setTimeout(() => this.fetch(), WAIT) : undefined
    if (this.timer) return
    this.changed.clear()
    const context = { source: this.element, target: this.element, swap: "innerHTML" }
    await window.htmx.ajax("GET", this.source() ?? location.pathname + location.search, context)
    this.element.dispatchEvent(new CustomEvent("heard:refreshed", { bubbles: true }))
  }

  offer() {
    this.line ??= this.makeLine()
    this.line.textContent = `${say("new", this.changed.size)} · ${say("show")}`
    if (!this.line.isConnected) this.element.before(this.line)
  }

  makeLine() {
    const line = document.createElement("button")
    line.type = "button"
    line.className = "live-region__new"
    line.setAttribute("aria-live", "polite")
    line.addEventListener("click", async () => {
      line.remove()
      await this.fetch()
      this.element.querySelector("a, button")?.focus()
    })
    return line
  }
}
customElements.define("live-region", LiveRegion)

const keepers = new WeakMap()

function keepAll(root) {
  for (const element of root.querySelectorAll?.("[data-live]") ?? []) {
    if (!keepers.has(element) && !(element instanceof LiveRegion)) keepers.set(element, new Keeper(element))
  }
}
keepAll(document)
document.addEventListener("htmx:load", (event) => keepAll(event.target.parentElement ?? document))
document.addEventListener("htmx:beforeCleanupElement", (event) => {
  keepers.get(event.target)?.stop()
  keepers.delete(event.target)
})
