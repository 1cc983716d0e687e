import { post } from "heard/requests"

/** <theme-choice> round the form of themes and languages: a theme is shown at once and kept; a language loads the page again. */
class ThemeChoice extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => this.choose(event))
  }

  async choose(event) {
    const button = event.submitter
    if (button?.name !== "theme") return
    event.preventDefault()
    const root = document.documentElement
    if (button.value === "system") delete root.dataset.theme
    else root.dataset.theme = button.value
    document.querySelector('meta[name="color-scheme"]').content = root.dataset.theme ?? "light dark"
    for (const other of this.querySelectorAll('[name="theme"]')) other.setAttribute("aria-pressed", String(other === button))
    await post(event.target.action, { theme: button.value }).catch(() => event.target.submit())
  }
}
customElements.define("theme-choice", ThemeChoice)
