// The middleware answers an error under htmx with a notice meant for the notice region; htmx swaps no other 4xx or 5xx.
import { notify } from "heard/notices"

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail
  if (xhr.status >= 400 && xhr.getResponseHeader("HX-Retarget") === "#notices") event.detail.shouldSwap = true
})
document.addEventListener("htmx:sendError", () => notify("unreachable"))
document.addEventListener("htmx:timeout", () => notify("unreachable"))
