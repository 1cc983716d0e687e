import { say } from "heard/words"

/**
 * <mail-frame class="mail-frame"><iframe sandbox="allow-same-origin allow-popups" src=…></iframe></mail-frame>: gives the
 * frame the height of the letter, measured from here because no script runs inside, and folds what the letter quotes.
 */
const QUOTED = 'blockquote[type="cite"], .gmail_quote, .yahoo_quoted, .moz-cite-prefix, #appendonsend, [data-quoted]'

class MailFrame extends HTMLElement {
  connectedCallback() {
    this.frame = this.querySelector("iframe")
    if (!this.frame) return
    this.frame.addEventListener("load", () => this.arrange())
    if (this.frame.contentDocument?.readyState === "complete") this.arrange()
  }

  disconnectedCallback() {
    this.observer?.disconnect()
  }

  arrange() {
    const inside = this.frame.contentDocument
    if (!inside?.body) return
    for (const link of inside.querySelectorAll("a[href]")) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" })
    this.fold(inside)
    this.observer?.disconnect()
    this.observer = new ResizeObserver(() => this.measure(inside))
    this.observer.observe(inside.body)
    for (const image of inside.images) image.addEventListener("load", () => this.measure(inside))
    this.measure(inside)
  }

  /**
   * The bottom of what is written, because a body without doctype is as high as the frame and would grow with it. `style`
   * set by script is not what the policy forbids; the height is one variable that mail-frame.css uses.
   */
  measure(inside) {
    const written = inside.createRange()
    written.selectNodeContents(inside.body)
    const bottom = written.getBoundingClientRect().bottom + inside.defaultView.scrollY
    const isWide = inside.documentElement.scrollWidth > inside.documentElement.clientWidth
    const height = Math.ceil(bottom) + (isWide ? 34 : 18)
    if (height !== this.height) this.style.setProperty("--mail-frame-height", `${(this.height = height)}px`)
  }

  fold(inside) {
    const quoted = [...inside.querySelectorAll(QUOTED)].filter((part) => !part.parentElement.closest(QUOTED))
    const isAll = quoted.length && !inside.body.innerText.replace(quoted.map((part) => part.innerText).join(""), "").trim()
    if (!quoted.length || isAll || this.button) return
    const toggle = (isFolded) => {
      for (const part of quoted) part.hidden = isFolded
      this.button.textContent = say(isFolded ? "quoted.show" : "quoted.hide")
      this.button.setAttribute("aria-expanded", String(!isFolded))
      this.measure(inside)
    }
    this.button = Object.assign(document.createElement("button"), { type: "button", className: "link small mail-frame__more" })
    this.button.addEventListener("click", () => toggle(!quoted[0].hidden))
    this.append(this.button)
    toggle(true)
  }
}
customElements.define("mail-frame", MailFrame)
