import { IDBFactory } from "fake-indexeddb"
import { flushSync, mount, unmount } from "svelte"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import * as awareness from "y-protocols/awareness"
import * as Y from "yjs"

import { Page } from "../editor/page.svelte"
import { speak, words } from "../lib/i18n"
import { FakeSocket } from "../testing/fakeSocket"
import Collaborators from "./Collaborators.svelte"

const boot = {
  notebook: { id: "n", name: "Untitled.ipynb" },
  user: { id: "1", name: "Ada", email: "ada@example.org" },
  role: "owner",
  locale: "en",
  theme: "light",
  build: "this one",
  csrf: "",
  owner: { id: "1", name: "Ada" },
  playground: null,
} as const

let page: Page
let shown: Record<string, unknown>
let others: awareness.Awareness[]

beforeEach(async () => {
  FakeSocket.install()
  vi.stubGlobal("indexedDB", new IDBFactory())
  vi.stubGlobal(
    "matchMedia",
    vi.fn(() => ({ matches: false, addEventListener: vi.fn() })),
  )
  await speak("en")
  page = new Page(boot)
  others = []
  shown = mount(Collaborators, { target: document.body, props: { page } })
})

afterEach(async () => {
  await unmount(shown)
  others.forEach((other) => other.destroy())
  page.provider.close()
  page.runtime.close()
  vi.unstubAllGlobals()
})

function comes(id: number, cell: string | null = null): awareness.Awareness {
  const other = new awareness.Awareness(new Y.Doc())
  others.push(other)
  other.setLocalState({ user: { id: String(id), name: `Student ${id}`, color: "#238304" }, place: { cell, since: 1 } })
  page.provider.presence.receive(awareness.encodeAwarenessUpdate(other, [other.clientID]))
  flushSync()
  return other
}

function items(list: string): Element[] {
  return [...document.querySelectorAll(`[aria-label="${list}"] > li`)]
}

function button(name: string): HTMLElement | null {
  return document.querySelector(`button[aria-label="${name}"]`)
}

test("everybody is in the list, me first, each once", () => {
  comes(2)
  comes(2)
  comes(3)

  const names = items("Collaborators").map((item) => item.querySelector("button")?.getAttribute("aria-label"))
  expect(names).toEqual(["Ada (you)", "Student 2", "Student 3"])
})

test("those beyond the first are a number and a list that shows all", () => {
  for (let id = 2; id <= 8; id += 1) comes(id)
  expect(items("Collaborators")).toHaveLength(8)
  const more = button("3 more people")
  more?.click()
  flushSync()
  expect(items("Everybody here").map((item) => item.textContent.trim())).toContain("S8Student 8")

  more?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }))
  flushSync()
  expect(items("Everybody here")).toEqual([])
})

test("a click goes to the cell that they are in", () => {
  const cell = page.document.insert(0, { type: "code", source: "" })
  comes(2, cell)
  comes(3, "a cell that is gone")
  button("Student 3")?.click()
  expect(page.selection.current).toBeUndefined()
  button("Student 2")?.click()

  expect(page.selection.current).toBe(cell)
})

test("p21: a platform of another build asks for a refresh, and one of this build takes nothing back", () => {
  const hello = { type: "hello", epoch: 1, sequence: 1, role: "owner", name: "n", person: { id: "1", name: "Ada" } }
  const [socket] = FakeSocket.opened
  socket?.accept({ ...hello, build: "this one" })
  expect(page.notices.list).toEqual([])
  socket?.say({ ...hello, build: "the next one" })

  expect(page.notices.list.map(({ text }) => text)).toEqual([words.errors.newBuild])
})
