import { IDBFactory } from "fake-indexeddb"
import { flushSync, mount, unmount } from "svelte"
import { afterEach, beforeEach, expect, test, vi } from "vitest"

import { anchorTo } from "../document/anchors"
import { Page } from "../editor/page.svelte"
import { FakeSocket } from "../testing/fakeSocket"
import { addComment } from "./actions"
import CommentsPanel from "./CommentsPanel.svelte"
import type { Comment, Thread } from "./threads"

const person = { id: "7", name: "Ada", email: "ada@example.org" }
const boot = {
  notebook: { id: "n", name: "Untitled.ipynb" },
  user: person,
  role: "owner",
  locale: "en",
  theme: "light",
  build: "",
  csrf: "",
} as const
const hostile = `<img src=x onerror="alert(1)"><script>alert(2)</script>`

let page: Page
let panel: Record<string, unknown>
let cell: string
/** What the platform was asked, and what it answers: a value, or an error of the network. */
let asked: { method: string; path: string; body: Record<string, unknown> }[]
let answer: (method: string, path: string, body: Record<string, unknown>) => unknown

beforeEach(() => {
  FakeSocket.install()
  sessionStorage.clear()
  Element.prototype.scrollIntoView = vi.fn()
  vi.stubGlobal("indexedDB", new IDBFactory())
  vi.stubGlobal(
    "matchMedia",
    vi.fn(() => ({ matches: false, addEventListener: vi.fn() })),
  )
  vi.stubGlobal("fetch", (path: string, { method = "GET", body = "{}" }: RequestInit = {}) => {
    const sent = JSON.parse(body as string) as Record<string, unknown>
    asked.push({ method, path, body: sent })
    const value = answer(method, path, sent)
    if (value instanceof TypeError) return Promise.reject(value)
    return Promise.resolve(new Response(JSON.stringify(value), { headers: { "Content-Type": "application/json" } }))
  })
  asked = []
  answer = () => []
  open()
})

afterEach(() => {
  close()
  vi.unstubAllGlobals()
})

function open(): void {
  page = new Page(boot)
  cell = page.document.insert(0, { type: "code", source: "first = 1\nsecond = 2" })
  panel = mount(CommentsPanel, { target: document.body, props: { page } })
  flushSync()
}

function close(): void {
  void unmount(panel)
  page.runtime.close()
  page.provider.close()
}

function comment(text: string, more: Partial<Comment> = {}): Comment {
  const author = { id: 8, name: "Bob" }
  const created = "2026-01-01T00:00:00Z"
  return { id: `c-${text}`, author, text, created, edited: null, deleted: false, mentions: [], ...more }
}

function thread(id: string, more: Partial<Thread> = {}): Thread {
  const place = { cell, start: "", end: "", quote: "", created: "2026-01-01T00:00:00Z" }
  return { id, ...place, resolved: null, resolved_by: null, comments: [comment(id)], ...more }
}

function show(...threads: Thread[]): void {
  page.comments.list = threads
  flushSync()
}

const text = (): string => document.querySelector("aside")?.textContent ?? ""
const cards = (): string[] => [...document.querySelectorAll("article")].map((card) => card.dataset["threadId"] ?? "")
const field = (): HTMLTextAreaElement => document.querySelector("textarea") as HTMLTextAreaElement

function type(written: string): void {
  field().value = written
  field().setSelectionRange(written.length, written.length)
  field().dispatchEvent(new Event("input", { bubbles: true }))
  flushSync()
}

function press(key: string, more: KeyboardEventInit = {}): void {
  field().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }))
  flushSync()
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve))
  flushSync()
}

test("threads stand in the order of the text that they are about, and those of deleted cells are not lost", () => {
  const source = page.cells.list[0]?.source
  if (!source) throw new Error("There is no cell.")
  const at = (from: number, to: number) => anchorTo(source, { from, to })
  show(
    thread("orphan", { cell: "gone" }),
    thread("second", at(10, 16)),
    thread("whole"),
    thread("first", at(0, 5)),
    thread("done", { resolved: "2026-01-02T00:00:00Z" }),
  )
  expect(cards()).toEqual(["whole", "first", "second", "orphan"])
  expect(text()).toContain("Cells that were deleted")

  page.document.delete([cell])
  flushSync()
  expect(cards()).toHaveLength(4)
  page.document.undo.undo()
  flushSync()
  expect(cards()).toEqual(["whole", "first", "second", "orphan"])
})

test("open threads are marked in the text, and a resolved one while it is looked at", () => {
  const [shown] = page.cells.list
  if (!shown) throw new Error("There is no cell.")
  const place = anchorTo(shown.source, { from: 10, to: 16 })
  const marked = () => page.comments.marksIn(shown).map((mark) => [mark.thread, mark.from, mark.to, mark.isPresent])
  show(thread("one", place), thread("elsewhere", { ...place, cell: "other" }))
  expect(marked()).toEqual([["one", 10, 16, false]])

  page.comments.show("one")
  expect(marked()).toEqual([["one", 10, 16, true]])
  show(thread("one", { ...place, resolved: "2026-01-02T00:00:00Z" }))
  expect(marked()).toEqual([])
  page.comments.show("one")
  expect(marked()).toEqual([["one", 10, 16, true]])
})

test("a thread whose text was deleted says so and still quotes it", () => {
  const source = page.cells.list[0]?.source
  if (!source) throw new Error("There is no cell.")
  show(thread("one", anchorTo(source, { from: 10, to: 16 })))
  expect(text()).not.toContain("has been deleted")

  source.delete(10, 6)
  flushSync()
  expect(text()).toContain("The text this was about has been deleted.")
  expect(text()).toContain("second")
})

test("p58 names and texts are shown as text", () => {
  const mentions = [{ id: 9, name: hostile, email: "eve@example.org" }]
  show(
    thread("x", {
      quote: hostile,
      resolved_by: { id: 9, name: hostile },
      comments: [comment(`${hostile} @eve@example.org`, { author: { id: 9, name: hostile }, mentions })],
    }),
  )

  expect(document.querySelector("aside :is(img, script)")).toBeNull()
  expect(text().split(hostile)).toHaveLength(5)
})

test("what cannot be sent stays, and is sent again as the same comment", async () => {
  addComment(page, page.cells.list[0])
  flushSync()
  answer = () => new TypeError("offline")
  type("これは?")
  press("Enter", { ctrlKey: true })
  await settled()
  expect(text()).toContain("Not sent: the platform could not be reached.")
  expect(field().value).toBe("これは?")

  answer = (_method, _path, body) => thread(String(body["thread"]), { comments: [comment(String(body["text"]))] })
  press("Enter", { metaKey: true })
  await settled()
  const [first, second] = asked.filter(({ method }) => method === "POST")
  expect(second?.body).toEqual(first?.body)
  expect(first?.body).toMatchObject({ cell, text: "これは?" })
  expect(document.querySelector("textarea")).toBeNull()
  expect(cards()).toHaveLength(1)
})

test("what was typed is there again after the panel or the page was closed", () => {
  show(thread("one"))
  page.comments.drafts.write("one", "half an ans")
  addComment(page, page.cells.list[0])
  flushSync()
  type("half a thought")
  close()
  open()
  const fields = [...document.querySelectorAll("textarea")].map(({ value }) => value)
  expect(fields).toEqual(["half a thought"])

  show(thread("one"))
  expect([...document.querySelectorAll("textarea")].map(({ value }) => value)).toEqual([
    "half a thought",
    "half an ans",
  ])
})

test("Esc leaves and keeps what was typed for the next comment; the button gives it up", () => {
  addComment(page, page.cells.list[0])
  flushSync()
  type("kept")
  press("Escape")
  expect(document.querySelector("textarea")).toBeNull()

  addComment(page, page.cells.list[0])
  flushSync()
  expect(field().value).toBe("kept")
  const cancel = [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "Cancel")
  cancel?.click()
  flushSync()
  addComment(page, page.cells.list[0])
  flushSync()
  expect(field().value).toBe("")
})

test("people are chosen by keyboard, and keys of an input method are its own", async () => {
  answer = (_method, path) =>
    path.includes("/people") ? ["Bob", "Bo Li"].map((name) => ({ name, email: `${name.at(-1)}@example.org` })) : []
  addComment(page, page.cells.list[0])
  flushSync()
  type("Ask @bo")
  await settled()
  expect(document.querySelectorAll("[role=option]")).toHaveLength(2)
  press("ArrowDown")
  press("Enter", { isComposing: true })
  expect(field().value).toBe("Ask @bo")
  press("Enter")
  expect(field().value).toBe("Ask @i@example.org ")
  expect(document.querySelector("[role=option]")).toBeNull()

  type("Ask @bo")
  await settled()
  press("Escape")
  expect(document.querySelector("[role=option]")).toBeNull()
  expect(field().value).toBe("Ask @bo")
})

test("a viewer reads and is told that they may do no more", () => {
  page.provider.role = "viewer"
  show(thread("one"))
  expect(cards()).toEqual(["one"])
  expect(document.querySelector("article button[aria-label='Mark as resolved']")).toBeNull()
  expect(text()).not.toContain("Reply")

  addComment(page, page.cells.list[0])
  expect(page.comments.begun).toBeUndefined()
  expect(page.notices.list[0]?.text).toBe("You can view this notebook, but not comment on it.")
})

test("who asks while an answer is on its way is answered by one more question", async () => {
  const waiting = questions()
  const all = [page.comments.load(), page.comments.load(), page.comments.load()]
  expect(waiting).toHaveLength(1)
  waiting[0]?.([thread("old")])
  await settled()
  expect(waiting).toHaveLength(2)
  waiting[1]?.([thread("new")])
  await Promise.all(all)

  expect(page.comments.list.map(({ id }) => id)).toEqual(["new"])
})

test("an answer from before my own change does not take it back", async () => {
  const waiting = questions()
  show(thread("one"))
  const loading = page.comments.load()
  const resolving = page.comments.resolve(thread("one"), true)
  const resolved = thread("one", { resolved: "2026-01-02T00:00:00Z" })
  waiting[1]?.(resolved)
  await resolving
  waiting[0]?.([thread("one")])
  await settled()
  expect(page.comments.list).toEqual([resolved])

  waiting[2]?.([resolved, thread("two")])
  await loading
  expect(page.comments.list.map(({ id }) => id)).toEqual(["one", "two"])
})

/** From now on the platform's answers wait here, in the order of the questions. */
function questions(): ((value: unknown) => void)[] {
  const waiting: ((value: unknown) => void)[] = []
  vi.stubGlobal("fetch", () => {
    return new Promise((resolve) => waiting.push((value) => resolve(new Response(JSON.stringify(value)))))
  })
  return waiting
}
