/**
 * <confirm-undo class="notice">: a notice in the corner. It can be closed; with `data-leaves` it goes by itself after
 * twenty seconds, unless a hand or the focus rests on it.
 */
const STAYS = 20_000

class ConfirmUndo extends HTMLElement {
  connectedCallback() {
    this.closer = this.querySelector(".notice__close")
    if (this.closer) {
      this.closer.hidden = false
      this.closer.addEventListener("click", () => this.remove())
    }
    if (this.hasAttribute("data-leaves")) this.wait()
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
  }

  wait() {
    this.timer = setTimeout(() => (this.isHeld() ? this.wait() : this.remove()), STAYS)
  }

  isHeld() {
    return this.matches(":hover") || this.contains(document.activeElement)
  }
}
customElements.define("confirm-undo", ConfirmUndo)
