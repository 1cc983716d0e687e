import { durationInWords } from "heard/words"

/** <elapsed-time since="2026-11-21T10:00:00Z">1 h 44 min</elapsed-time>: a wait that stays true while the page is open. */
class ElapsedTime extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.render(), 30_000)
    this.render()
  }

  disconnectedCallback() {
    clearInterval(this.timer)
  }

  render() {
    const since = Date.parse(this.getAttribute("since"))
    if (Number.isNaN(since)) return
    const words = durationInWords(Date.now() - since)
    if (this.textContent !== words) this.textContent = words
  }
}
customElements.define("elapsed-time", ElapsedTime)
