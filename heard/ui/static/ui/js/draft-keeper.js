import { post } from "heard/requests"
import { say } from "heard/words"

/**
 * <draft-keeper src="/conversations/12/draft/" key="conversation:12:reply"> round a form with one textarea. What one
 * writes is sent to the server a second after the last key, and kept on this device until the server has it; after a
 * failure, a closed tab or a lost session it is back in the field. `.draft-keeper__state`, if there, says so.
 */
const PAUSE = 1_000

class DraftKeeper extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("textarea")
    if (!this.field) return
    this.place = `heard:draft:${this.getAttribute("key")}`
    this.state = this.querySelector(".draft-keeper__state")
    this.restore()
    this.leaving = new AbortController()
    const { signal } = this.leaving
    this.addEventListener("input", (event) => event.target === this.field && this.changed(), { signal })
    this.addEventListener("submit", () => this.leave(), { signal })
    // The answer replaces this element before htmx says that the request is over, so success is heard earlier, on the page.
    addEventListener("htmx:beforeSwap", (event) => this.answered(event), { signal })
    this.addEventListener("htmx:afterRequest", (event) => this.answered(event), { signal })
    addEventListener("online", () => localStorage.getItem(this.place) !== null && this.keep(), { signal })
  }

  disconnectedCallback() {
    if (this.timer) this.keep()
    clearTimeout(this.timer)
    this.leaving?.abort()
  }

  /** Somebody has begun to write here: a fresh copy of the page must not take the words away. */
  get isInUse() {
    return Boolean(this.field?.value.trim()) || this.contains(document.activeElement)
  }

  /** What this device kept and the server has not is newer than what the page brought. */
  restore() {
    const kept = localStorage.getItem(this.place)
    if (kept === null || kept === this.field.value) return
    if (this.field.value.trim() && !kept.startsWith(this.field.value.slice(0, 20))) return
    this.field.value = kept
    this.say("draft.back")
    this.timer = setTimeout(() => this.keep(), PAUSE)
  }

  changed() {
    localStorage.setItem(this.place, this.field.value)
    this.say("")
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.keep(), PAUSE)
  }

  async keep() {
    clearTimeout(this.timer)
    this.timer = undefined
    const text = this.field.value
    if (!this.hasAttribute("src")) return
    try {
      await post(this.getAttribute("src"), { [this.field.name]: text })
      if (localStorage.getItem(this.place) === text) localStorage.removeItem(this.place)
      if (this.field.value === text) this.say("draft.kept")
    } catch {
      this.say("draft.here")
    }
  }

  /** A plain form takes the words with it; under htmx they stay on the device until the answer says that they arrived. */
  leave() {
    clearTimeout(this.timer)
    this.timer = undefined
    this.value = this.field.value
    if (!this.querySelector("form")?.hasAttribute("hx-post")) localStorage.removeItem(this.place)
  }

  answered({ detail: { requestConfig, xhr } }) {
    if (requestConfig?.verb === "get" || !requestConfig?.elt?.contains?.(this.field)) return
    if (xhr.status >= 200 && xhr.status < 300) localStorage.removeItem(this.place)
    else localStorage.setItem(this.place, this.value ?? this.field.value)
  }

  say(name) {
    if (this.state) this.state.textContent = name && say(name)
  }
}
customElements.define("draft-keeper", DraftKeeper)
