import { IDBFactory, IDBKeyRange } from "fake-indexeddb"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import * as Y from "yjs"

import { NotebookDocument, sourceOf } from "../document/document"
import { PendingEdits } from "../document/pending"
import { readMessage, writeStep1, writeUpdate } from "../protocol/sync"
import { FakeSocket } from "../testing/fakeSocket"
import { Page } from "./page.svelte"
import { runAll, trustAndRun } from "./runActions"

const vera = { id: 7, name: "Vera" }
const ada = { id: 1, name: "Ada" }
const boot = {
  notebook: { id: "original", name: "a.ipynb" },
  user: { ...vera, email: "vera@example.org" },
  role: "viewer",
  owner: ada,
  playground: null,
  locale: "en",
  theme: "light",
  build: "",
  csrf: "token",
} as const
const made = {
  notebook: { id: "copy", name: "a.ipynb" },
  role: "owner",
  owner: vera,
  playground: { original: "original", author: ada },
  epoch: 1,
}

let platform: NotebookDocument
let page: Page
let answers: Record<string, () => Promise<Response>>

const fetched = vi.fn((address: string) => (answers[address] ?? (() => Promise.reject(new Error(address))))())

beforeEach(async () => {
  FakeSocket.install()
  localStorage.clear()
  fetched.mockClear()
  vi.stubGlobal("fetch", fetched)
  vi.stubGlobal("indexedDB", new IDBFactory())
  vi.stubGlobal("IDBKeyRange", IDBKeyRange)
  vi.stubGlobal(
    "matchMedia",
    vi.fn(() => ({ matches: false, addEventListener: vi.fn() })),
  )
  platform = new NotebookDocument()
  platform.insert(0, { type: "code", source: "1 + 1" })
  answers = {
    "/api/notebooks/original/document": () => Promise.resolve(document1()),
    "/api/notebooks/original/outputs": () => json({ executions: {} }),
    "/api/notebooks/original/playground": () => json(made),
    "/api/notebooks/copy/keep": () => json({ name: "Copy of a.ipynb" }),
  }
  page = await opened()
})

afterEach(async () => {
  await page.playground.enter()
  page.runtime.close()
  page.provider.close()
  history.replaceState(null, "", "/")
  vi.unstubAllGlobals()
})

async function opened(): Promise<Page> {
  const page = new Page(boot)
  socketOf("original").accept(hello("viewer"))
  await page.open()
  socketOf("original").sayBytes(writeStep1(Y.encodeStateVector(platform.doc)))
  return page
}

const json = (body: unknown, status = 200) =>
  Promise.resolve(new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } }))

function document1(): Response {
  const update = Uint8Array.from(Y.encodeStateAsUpdate(platform.doc))
  return new Response(update, { headers: { "X-Tomoni-Epoch": "1" } })
}

const hello = (role: string) => ({
  type: "hello",
  epoch: 1,
  sequence: 1,
  role,
  name: "a.ipynb",
  person: vera,
  build: "",
})

function socketOf(notebook: string, kind = "notebooks"): FakeSocket {
  const found = FakeSocket.opened.findLast(({ url }) => url.endsWith(`/ws/${kind}/${notebook}`))
  if (!found) throw new Error(`The page opened no socket of ${notebook}.`)
  return found
}

function type(text: string): void {
  const [[, cell] = []] = page.document.ordered()
  if (cell) sourceOf(cell).insert(sourceOf(cell).length, text)
}

/** The copy's platform end: takes what the page sends, and says that it is committed. */
async function commitInCopy(): Promise<string> {
  const socket = await vi.waitFor(() => socketOf("copy"))
  socket.accept(hello("owner"))
  socket.sayBytes(writeStep1(Y.encodeStateVector(platform.doc)))
  const updates = socket.bytes.map(readMessage).filter((message) => message.kind === "update")
  updates.forEach(({ update }) => Y.applyUpdate(platform.doc, update))
  socket.say({ type: "ack", count: updates.length })
  return platform.ordered().map(([, cell]) => sourceOf(cell).toString())[0] ?? ""
}

test("until the first edit the original is seen as it changes", () => {
  const [[, cell] = []] = platform.ordered()
  if (cell) sourceOf(cell).insert(0, "live ")
  socketOf("original").sayBytes(writeUpdate(Y.encodeStateAsUpdate(platform.doc)))

  expect(page.cells.list[0]?.text).toBe("live 1 + 1")
  expect(page.canWrite).toBe(true)
  expect(fetched).not.toHaveBeenCalledWith("/api/notebooks/original/playground", expect.anything())
})

test("what is written goes on in a copy, and so does the page, without a key press lost", async () => {
  type(" # one")
  type(" # two")
  expect(page.provider.saveState).toBe("saving")
  await vi.waitFor(() => expect(page.boot.notebook.id).toBe("copy"))
  type(" # three")

  expect(await commitInCopy()).toBe("1 + 1 # one # two # three")
  expect(page.provider.saveState).toBe("saved")
  expect(location.pathname).toBe("/notebooks/copy")
  expect(fetched.mock.calls.filter(([address]) => address.endsWith("/playground"))).toHaveLength(1)
  for (const notebook of ["original", "copy"])
    await vi.waitFor(async () => expect((await new PendingEdits().load(notebook)).updates).toEqual([]))
})

test("nothing of the original comes in once its copy is under way", () => {
  type("!")
  expect(socketOf("original").isClosed).toBe(true)
  expect(socketOf("original", "runtimes").isClosed).toBe(true)
})

test("without a network it is kept for the original, and goes into the copy when there is one", async () => {
  answers["/api/notebooks/original/playground"] = () => Promise.reject(new TypeError("no network"))
  type(" # offline")
  await vi.waitFor(() => expect(page.provider.saveState).toBe("offline"))
  await page.provider.whenKept()
  expect((await new PendingEdits().load("7/original")).updates).toHaveLength(1)

  answers["/api/notebooks/original/playground"] = () => json(made)
  page.retry()
  expect(await commitInCopy()).toBe("1 + 1 # offline")
})

test("what a closed tab had written is in the copy when the original is opened again", async () => {
  answers["/api/notebooks/original/playground"] = () => new Promise(() => undefined)
  type(" # closed")
  await page.provider.whenKept()
  page.provider.close()
  answers["/api/notebooks/original/playground"] = () => json(made)
  page = await opened()

  expect(await commitInCopy()).toBe("1 + 1 # closed")
})

test("when there is no access any more, that is said and the edits stay in this browser", async () => {
  answers["/api/notebooks/original/playground"] = () => json({ code: "not-found", message: "Gone." }, 404)
  type("!")
  await vi.waitFor(() => expect(page.provider.socketState).toBe("refused"))

  expect(page.canWrite).toBe(false)
  expect((await new PendingEdits().load("7/original")).updates).toHaveLength(1)
})

test("an answer that may be another one later is said, and asked for again", async () => {
  answers["/api/notebooks/original/playground"] = () => json({ code: "trouble", message: "The disk is full." }, 500)
  type(" # once more")
  await vi.waitFor(() => expect(page.notices.list.map(({ text }) => text)).toContain("The disk is full."))
  expect(page.canWrite).toBe(true)

  answers["/api/notebooks/original/playground"] = () => json(made)
  page.retry()
  expect(await commitInCopy()).toBe("1 + 1 # once more")
})

describe("a run", () => {
  test("of another's notebook waits until its reader trusts the author, once", async () => {
    runAll(page)
    expect(page.dialog).toBe("trust")
    expect(page.document.ordered()[0]?.[1].get("execution")).toBeUndefined()
    expect(FakeSocket.opened.some(({ url }) => url.endsWith("/copy"))).toBe(false)

    page.dialog = undefined
    trustAndRun(page)
    const socket = await vi.waitFor(() => socketOf("copy", "runtimes"))
    socket.accept({ type: "status", runtime: null, link: true })
    expect(socket.asked("run")).toMatchObject({ code: "1 + 1" })
    expect(socketOf("original", "runtimes").asked("run")).toBeUndefined()
    socket.say({ type: "execution", execution: { id: page.cells.list[0]?.execution, state: "done", number: 0 } })
    runAll(page)
    expect(page.dialog).toBeUndefined()
  })

  test("of one's own asks nothing", () => {
    page.boot = { ...page.boot, owner: vera }
    runAll(page)
    expect(page.dialog).toBeUndefined()
  })
})

test("a copy that is kept is a notebook like any other, where it is", async () => {
  await page.playground.keep()

  expect(page.playground.isOpen).toBe(false)
  expect([page.boot.notebook.id, page.name]).toEqual(["copy", "Copy of a.ipynb"])
  expect(page.notices.list.map(({ text }) => text)).toEqual(["This is “Copy of a.ipynb” in your notebooks now."])
})
