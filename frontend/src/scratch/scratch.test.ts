import { IDBFactory } from "fake-indexeddb"
import { flushSync, mount, unmount } from "svelte"
import { afterEach, beforeEach, expect, test, vi } from "vitest"

import { Page } from "../editor/page.svelte"
import type { Role } from "../lib/boot"
import { speak } from "../lib/i18n"
import { FakeSocket } from "../testing/fakeSocket"
import { commands } from "../ui/commands"
import { copyToScratch, Scratch, scratchOf, show } from "./scratch.svelte"
import ScratchPanel from "./ScratchPanel.svelte"

const boot = {
  notebook: { id: "n", name: "Untitled.ipynb" },
  user: { id: "7", name: "Ada", email: "ada@example.org" },
  role: "owner",
  owner: { id: "7", name: "Ada" },
  playground: null,
  locale: "en",
  theme: "light",
  build: "",
  csrf: "",
} as const
const row = {
  by: { id: 7, name: "Ada" },
  queued: null,
  sent: null,
  started: null,
  ended: null,
  reason: "",
  session: "",
}

let pages: Page[]
let shown: Record<string, unknown> | undefined

beforeEach(() => {
  FakeSocket.install()
  localStorage.clear()
  pages = []
  vi.stubGlobal("indexedDB", new IDBFactory())
  vi.stubGlobal(
    "matchMedia",
    vi.fn(() => ({ matches: false, addEventListener: vi.fn() })),
  )
})

afterEach(async () => {
  if (shown) await unmount(shown)
  shown = undefined
  for (const page of pages) {
    page.runtime.close()
    page.provider.close()
  }
  vi.unstubAllGlobals()
  await speak("en")
})

/** A page that is connected, and the sockets' other ends. */
function open(
  role: Role = "owner",
  user: (typeof boot)["user"] | { id: string; name: string; email: string } = boot.user,
) {
  const before = FakeSocket.opened.length
  const page = new Page({ ...boot, role, user })
  pages.push(page)
  const [notebook, runtime] = FakeSocket.opened.slice(before)
  notebook?.accept({ type: "hello", epoch: 1, sequence: 1, role, name: "n", person: user, build: "" })
  runtime?.accept({ type: "status", runtime: null, link: true })
  page.executions.load([])
  if (!notebook || !runtime) throw new Error("The page opened no sockets.")
  return { page, notebook, runtime }
}

function type(scratch: Scratch, text: string): void {
  scratch.write("input", () => scratch.source.insert(scratch.source.length, text))
}

function panel(page: Page): HTMLElement {
  shown = mount(ScratchPanel, { target: document.body, props: { page } })
  flushSync()
  const found = document.querySelector<HTMLElement>("aside .scratch")
  if (!found) throw new Error("There is no scratch cell.")
  return found
}

test("what is written stays in this browser, by notebook and by person, and the document never has it", () => {
  const { page } = open()
  const before = page.cells.list.length
  type(scratchOf(page), "1 + 1")

  expect(scratchOf(open().page).text).toBe("1 + 1")
  const another = open("owner", { id: "8", name: "Bob", email: "bob@example.org" })
  expect(scratchOf(another.page).text).toBe("")
  expect(page.cells.list).toHaveLength(before)
  expect(page.provider.saveState).toBe("saved")
})

test("a run is asked for as a scratch run, and its result is known again after a reload", () => {
  const { page, runtime } = open()
  const scratch = scratchOf(page)
  type(scratch, "print('mine')")
  scratch.run()
  scratch.run()

  const runs = runtime.texts.filter((frame) => frame["type"] === "run")
  expect(runs).toMatchObject([{ code: "print('mine')", cell: "", scratch: true }])
  const { notebook, page: again } = open()
  const id = String(runs[0]?.["execution"])
  expect(scratchOf(again).execution?.id).toBe(id)
  notebook.say({ type: "execution", execution: { ...row, id, state: "done", count: 3, number: 1 } })
  const ops = [{ op: "add", output: { output_type: "stream", name: "stdout", text: "mine\n" } }]
  notebook.say({ type: "ops", execution: id, from: 0, to: 1, ops })
  expect(panel(again).textContent).toContain("mine")
})

test("Ctrl+Enter and Shift+Enter run the scratch cell, with any part of it in focus", () => {
  const { page, runtime } = open()
  type(scratchOf(page), "1")
  const pane = panel(page)
  const enter = (modifier: object) => new KeyboardEvent("keydown", { key: "Enter", bubbles: true, ...modifier })

  pane.querySelector("button")?.dispatchEvent(enter({ ctrlKey: true }))
  expect(runtime.texts.filter((frame) => frame["type"] === "run")).toHaveLength(1)
  scratchOf(page).clear()
  pane.querySelector("button")?.dispatchEvent(enter({ shiftKey: true }))
  expect(runtime.texts.filter((frame) => frame["type"] === "run")).toHaveLength(2)
  pane.querySelector("button")?.dispatchEvent(enter({}))
  expect(runtime.texts.filter((frame) => frame["type"] === "run")).toHaveLength(2)
})

test("it is inserted below the selected cell, and stays as it is", () => {
  const { page } = open()
  const first = page.document.insert(0, { type: "code", source: "a" })
  page.document.insert(1, { type: "code", source: "" })
  page.selection.select(first)
  type(scratchOf(page), "tried()")
  const insert = [...panel(page).querySelectorAll("button")].find((button) => button.textContent.includes("Insert"))
  insert?.click()

  expect(page.cells.list.map(({ text }) => text)).toEqual(["a", "tried()", ""])
  expect(scratchOf(page).text).toBe("tried()")
})

test("a cell's code is copied into it, and what was there comes back", () => {
  const { page } = open()
  const id = page.document.insert(0, { type: "code", source: "of the cell" })
  const cell = page.cells.find(id)
  if (!cell) throw new Error("There is no cell.")
  const scratch = scratchOf(page)
  type(scratch, "mine")
  copyToScratch(page, cell)

  expect([scratch.text, page.panel]).toEqual(["of the cell", "scratch"])
  page.notices.list.find(({ key }) => key === "scratch")?.actions[0]?.run()
  expect(scratch.text).toBe("mine")
  expect(cell.text).toBe("of the cell")
  scratch.redo()
  expect(scratch.text).toBe("of the cell")
})

test("a text cell has no code to copy", () => {
  const { page } = open()
  const cell = page.cells.find(page.document.insert(0, { type: "markdown", source: "Text" }))
  scratchOf(page).take(cell)
  expect(scratchOf(page).text).toBe("")
  expect(page.notices.list.map(({ text }) => text)).toEqual(["Select a code cell first."])
})

test("who may not run code is told so, and has no such command", () => {
  const { page } = open("viewer")
  Object.assign(page, { boot: { ...page.boot, frozen: "abuse" } }) // there is no copy to go on in
  expect(commands.scratch.isOffered?.(page)).toBe(false)
  expect(show(page)).toBe(false)
  expect(page.panel).toBeUndefined()
  expect(page.notices.list.map(({ text }) => text)).toContain(
    "You can view this notebook, but only editors may run its code.",
  )
})

test("a browser without room says so once, and the cell goes on", () => {
  const { page } = open()
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError")
  })
  type(scratchOf(page), "12")
  type(scratchOf(page), "3")
  expect(scratchOf(page).text).toBe("123")
  expect(page.notices.list.filter(({ kind }) => kind === "warning")).toHaveLength(1)
})

test("what somebody else left under its name is no scratch cell", () => {
  for (const kept of ["{", "7", '{"code": 5}', '{"execution": 1}']) {
    localStorage.setItem("tomoni.scratch.7/n", kept)
    expect(new Scratch(open().page).text).toBe(kept.includes("code") ? "5" : "")
  }
})
