import { IDBFactory } from "fake-indexeddb"
import { flushSync, mount, unmount } from "svelte"
import { afterEach, beforeEach, expect, test, vi } from "vitest"

import { Page } from "../editor/page.svelte"
import { speak } from "../lib/i18n"
import { FakeSocket } from "../testing/fakeSocket"
import Banners from "./Banners.svelte"
import RuntimePanel from "./RuntimePanel.svelte"

const person = { id: "7", name: "Ada", email: "ada@example.org" }
const boot = {
  notebook: { id: "n", name: "Untitled.ipynb" },
  user: person,
  role: "owner",
  owner: { id: "1", name: "Ada" },
  playground: null,
  locale: "en",
  theme: "light",
  build: "",
  csrf: "",
} as const
const machine = {
  id: "m",
  state: "requested",
  reason: "",
  type: "python",
  kernel: "",
  generation: 1,
  session: "",
  deadline: null,
}
const stuck = { type: "status", runtime: machine, link: true, message: "It takes long.", retry: true }

let page: Page
let shown: Record<string, unknown>[]

beforeEach(() => {
  FakeSocket.install()
  vi.stubGlobal("indexedDB", new IDBFactory())
  vi.stubGlobal(
    "matchMedia",
    vi.fn(() => ({ matches: false, addEventListener: vi.fn() })),
  )
})

afterEach(async () => {
  shown.forEach((component) => void unmount(component))
  page.runtime.close()
  page.provider.close()
  vi.unstubAllGlobals()
  vi.useRealTimers()
  await speak("en")
})

/** The panel and the banners of a page that is connected to the platform; the machine's socket. */
function open(): FakeSocket {
  page = new Page(boot)
  const [notebook, runtime] = FakeSocket.opened
  notebook?.accept({ type: "hello", epoch: 1, sequence: 1, role: "owner", name: "n", person, build: "" })
  runtime?.accept({ type: "status", runtime: null, link: true })
  shown = [Banners, RuntimePanel].map((component) => mount(component, { target: document.body, props: { page } }))
  flushSync()
  return FakeSocket.last
}

function say(socket: FakeSocket, frame: object): void {
  socket.say(frame)
  flushSync()
}

function button(name: string): HTMLButtonElement | undefined {
  return [...document.querySelectorAll("button")].find(({ textContent }) => textContent === name)
}

test.each([
  ["en", "Retry", "Connecting takes longer than it should"],
  ["ja", "再試行", "接続に通常より長い時間がかかっています"],
])("a machine that does not come is said to in %s, and can be asked for again", async (locale, name, sentence) => {
  await speak(locale)
  const socket = open()
  say(socket, stuck)
  expect(document.body.textContent).toContain(sentence)
  button(name)?.click()
  expect(socket.asked("connect")).toBeDefined()

  say(socket, { ...stuck, message: undefined, retry: undefined })
  expect(document.body.textContent).not.toContain(sentence)
  expect(button(name)).toBeUndefined()
})

test("when the machine comes after all, nothing more is said", () => {
  const socket = open()
  say(socket, stuck)
  say(socket, { type: "status", runtime: { ...machine, state: "ready", kernel: "idle" }, link: true })

  expect(button("Retry")).toBeUndefined()
  expect(document.querySelector("[role=status][aria-label=Runtime]")?.textContent).toBe("Connected")
})

test("after ten seconds of waiting there is a sentence", () => {
  vi.useFakeTimers()
  const socket = open()
  say(socket, { type: "status", runtime: machine, link: true })
  vi.advanceTimersByTime(9_000)
  expect(document.querySelector(".banner")).toBeNull()
  vi.advanceTimersByTime(2_000)
  flushSync()

  expect(document.querySelector(".banner")?.textContent).toContain("The machine is taking longer than usual to start")
})

const ready = { ...machine, state: "ready", kernel: "idle", idle_seconds: 5400, lifetime_seconds: 43200 }

function banner(): string {
  return document.querySelector(".banners")?.textContent ?? ""
}

test("who has to wait for room is told the place, and no more once there is room", () => {
  const socket = open()
  say(socket, { type: "status", runtime: { ...machine, place: 3 }, link: true })
  expect(banner()).toContain("number 3 in the waiting line")
  say(socket, { type: "status", runtime: { ...machine, place: null }, link: true })

  expect(banner()).toBe("")
})

test("the coming end is said, and who wants to stay says so", () => {
  const socket = open()
  say(socket, { type: "status", runtime: { ...ready, ending: { reason: "idle", at: "", seconds: 540 } }, link: true })
  expect(banner()).toContain("it is given back in 9 minutes")
  button("Stay connected")?.click()
  expect(socket.asked("stay")).toBeDefined()
  say(socket, { type: "status", runtime: { ...ready, ending: null }, link: true })

  expect(banner()).toBe("")
})

test("who has dismissed it is not told again each minute", () => {
  const socket = open()
  const ending = { reason: "idle", at: "", seconds: 540 }
  say(socket, { type: "status", runtime: { ...ready, ending }, link: true })
  page.notices.dismiss("ending")
  say(socket, { type: "status", runtime: { ...ready, ending: { ...ending, seconds: 480 } }, link: true })
  expect(banner()).toBe("")
  say(socket, { type: "status", runtime: { ...ready, ending: { ...ending, reason: "lifetime" } }, link: true })

  expect(banner()).toContain("time is over in 9 minutes")
  expect(button("Stay connected")).toBeUndefined()
})

test("a machine that is nearly full is said to be, once", () => {
  const socket = open()
  const full = { type: "resources", memory: 95, memory_limit: 100, disk: 1, disk_limit: 100 }
  say(socket, { type: "status", runtime: ready, link: true })
  say(socket, full)
  expect(banner()).toContain("95 % of the machine's memory")
  page.notices.dismiss("memory-full")
  say(socket, { ...full, memory: 96 })
  expect(banner()).toBe("")
  say(socket, { ...full, memory: 10 })
  say(socket, full)

  expect(banner()).toContain("95 %")
})

test("afterwards it is said what happened, and one click reconnects", () => {
  const socket = open()
  say(socket, { type: "status", runtime: ready, link: true })
  say(socket, { type: "status", runtime: { ...ready, state: "gone", reason: "idle" }, link: true })
  expect(banner()).toContain("Nobody used the machine for 90 minutes")
  expect(button("Reconnect and run all")).toBeDefined()
  button("Reconnect")?.click()
  expect(socket.asked("connect")).toBeDefined()
  say(socket, { type: "status", runtime: { ...ready, id: "other" }, link: true })

  expect(banner()).toBe("")
})
