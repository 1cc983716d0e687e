// A menu is a <details>: it opens without a script. With one, Escape and a press elsewhere close it.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!except || !menu.contains(except)) menu.open = false
  }
}

document.addEventListener("click", (event) => closeMenus(event.target))
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return
  const menu = document.activeElement?.closest("details.menu[open]")
  closeMenus()
  menu?.querySelector("summary")?.focus()
})
