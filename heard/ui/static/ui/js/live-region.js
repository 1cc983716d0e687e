import { say } from "heard/words"

/**
 * <live-region id="thread" topic="conversation:12" src="/conversations/12/thread/">: fetches itself again when an event
 * touches its topic. Topics are `kind:id` or `kind` alone, several by spaces. `mode`:
 *   now    at once: what the reader has open
 *   soon   within two seconds, at a moment of its own (the default), so that a thousand screens do not ask together
 *   offer  never by itself: a line above says "2 new", because rows must not move under a hand
 * Without `src` the page itself is fetched and the part with this element's id is taken from it.
 * While somebody writes inside it, it waits. Any other element may have `data-live` with the same attributes.
 */
const JITTER = 2_000

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
    this.onLeave = () => this.isWaiting && !this.isHeld() && this.fetch()
    document.addEventListener("heard:event", this.onEvent)
    document.addEventListener("heard:resync", this.onResync)
    element.addEventListener("focusout", this.onLeave)
  }

  stop() {
    clearTimeout(this.timer)
    document.removeEventListener("heard:event", this.onEvent)
    document.removeEventListener("heard:resync", this.onResync)
    this.element.removeEventListener("focusout", this.onLeave)
  }

  topics() {
    return (this.element.getAttribute("topic") ?? this.element.dataset.live ?? "").split(/\s+/).filter(Boolean)
  }

  hear(event) {
    const subject = `${event.subject_kind}:${event.subject_id}`
    const conversation = event.conversation_id ?? event.data?.conversation_id
    const about = conversation ? `conversation:${conversation}` : subject
    const touches = this.topics().some((topic) => [subject, about, event.subject_kind, about.split(":")[0], event.kind].includes(topic))
    if (touches) this.arrange(about)
  }

  arrange(subject) {
    this.changed.add(subject)
    const mode = this.element.getAttribute("mode") ?? this.element.dataset.mode
    if (mode === "offer") return this.offer()
    if (this.timer) return
    this.timer = setTimeout(() => this.fetch(), mode === "now" ? 0 : Math.random() * JITTER)
  }

  /** Somebody writes in it, or holds a menu open: it must not be replaced now. */
  isHeld() {
    const active = document.activeElement
    const writes = this.element.contains(active) && active.matches("input, textarea, select, [contenteditable]")
    return writes || this.element.querySelector("details.menu[open], dialog[open]") !== null
  }

  async fetch() {
    clearTimeout(this.timer)
    this.timer = undefined
    this.isWaiting = this.isHeld()
    if (this.isWaiting) return
    this.changed.clear()
    const source = this.element.getAttribute("src") ?? this.element.dataset.src
    const context = { source: this.element, target: this.element, swap: "innerHTML" }
    if (!source) context.select = `#${CSS.escape(this.element.id)} > *`
    await window.htmx.ajax("GET", source ?? location.pathname + location.search, context)
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
