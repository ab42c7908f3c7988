/** Keeps the figures of the dashboard's first page live: one message of the socket every few seconds. */

const SIGN_IN_AGAIN = 4401
const NO_ACCESS = 4404
const SLOWEST = 30_000

const status = document.querySelector("[data-live]")
const bytes = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 })
let pause = 1_000

listen()

function listen() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/dashboard`)
  socket.onmessage = ({ data }) => {
    pause = 1_000
    status.textContent = status.dataset.live
    show(JSON.parse(data).now)
  }
  socket.onclose = ({ code }) => {
    if (code === SIGN_IN_AGAIN || code === NO_ACCESS) return location.reload()
    status.textContent = status.dataset.away
    setTimeout(listen, pause)
    pause = Math.min(SLOWEST, pause * 2)
  }
}

function show(now) {
  for (const element of document.querySelectorAll("[data-figure]")) {
    const value = element.dataset.figure.split(".").reduce((part, name) => part?.[name], now)
    if (value === undefined) continue
    if (element instanceof HTMLMeterElement) element.value = value
    else element.textContent = element.dataset.unit === "bytes" ? sizeOf(value) : value
  }
}

function sizeOf(value) {
  const units = ["B", "KB", "MB", "GB", "TB"]
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10))
  return `${bytes.format(value / 1024 ** power)} ${units[power]}`
}
