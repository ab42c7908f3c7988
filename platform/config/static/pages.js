/** What Django's pages do beyond links and forms: close menus, upload what is dropped, say when in local words. */

closeMenus()
uploadOnChoice()
uploadOnDrop()
askFirst()
sayWhen()
offerFeedback()

/** The dialog is fetched when it is wanted; a message that could not be sent before, when there is one. */
function offerFeedback() {
  const button = document.querySelector("[data-feedback]")
  if (!button) return
  const load = () => import(button.dataset.feedback)
  button.addEventListener("click", async () => (await load()).open())
  if (localStorage.getItem("tomoni.feedback") !== null) void load().then((feedback) => feedback.sendKept())
}

/** Forms that cannot be undone ask before they are sent. */
function askFirst() {
  for (const form of document.querySelectorAll("form[data-confirm]"))
    form.addEventListener("submit", (event) => {
      if (!confirm(form.dataset.confirm)) event.preventDefault()
    })
}

function closeMenus() {
  const menus = [...document.querySelectorAll("details[data-closes]")]
  document.addEventListener("click", ({ target }) => {
    for (const menu of menus) if (!menu.contains(target)) menu.open = false
  })
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return
    for (const menu of menus.filter((one) => one.open)) {
      menu.open = false
      menu.querySelector("summary").focus()
    }
  })
}

function uploadOnChoice() {
  for (const input of document.querySelectorAll("input[data-submits]"))
    input.addEventListener("change", () => {
      if (input.files.length) input.form.submit()
    })
}

function uploadOnDrop() {
  const page = document.querySelector("[data-drop-target]")
  const input = page?.querySelector("input[type=file]")
  if (!input) return
  const carriesFile = (event) => event.dataTransfer?.types.includes("Files")
  document.addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return
    event.preventDefault()
    page.classList.add("dropping")
  })
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) page.classList.remove("dropping")
  })
  document.addEventListener("drop", (event) => {
    if (!carriesFile(event)) return
    event.preventDefault()
    page.classList.remove("dropping")
    const [file] = event.dataTransfer.files
    if (!file) return
    const chosen = new DataTransfer()
    chosen.items.add(file)
    input.files = chosen.files
    input.form.submit()
  })
}

function sayWhen() {
  const language = document.documentElement.lang
  const timeZone = document.documentElement.dataset.timeZone // undefined: the browser's
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone })
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" })
  for (const element of document.querySelectorAll("time[datetime]")) {
    const moment = new Date(element.dateTime)
    const isRelative = "relative" in element.dataset
    element.textContent = (isRelative && ago(moment, relative)) || date.format(moment)
    element.title = exact.format(moment)
  }
}

/** "5 minutes ago" for the last week, nothing for what is older. */
function ago(moment, relative) {
  const seconds = (moment.getTime() - Date.now()) / 1000
  const units = [
    ["minute", 60],
    ["hour", 3600],
    ["day", 86400],
  ]
  if (seconds > -60) return relative.format(0, "second")
  const [unit, length] = units.findLast(([, size]) => -seconds >= size)
  const count = Math.round(seconds / length)
  return unit === "day" && count < -7 ? undefined : relative.format(count, unit)
}
