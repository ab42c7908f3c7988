import { IDBFactory, IDBKeyRange } from "fake-indexeddb"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import * as Y from "yjs"

import examples from "../../../tests/messages/notebook.json"
import { readMessage, writeStep1, writeUpdate } from "../protocol/sync"
import { FakeSocket } from "../testing/fakeSocket"
import { NotebookDocument, sourceOf } from "./document"
import { LARGEST_UPDATE } from "./outbox"
import { PendingEdits } from "./pending"
import { DocumentProvider } from "./provider.svelte"

const events = {
  frame: vi.fn(),
  connected: vi.fn(),
  refused: vi.fn(),
  accepted: vi.fn(),
  replaced: vi.fn(),
  notKept: vi.fn(),
  readOnlyEdit: vi.fn(),
}

let platform: NotebookDocument
let browser: IDBFactory
let opened: DocumentProvider[]

beforeEach(() => {
  FakeSocket.install()
  vi.stubGlobal("IDBKeyRange", IDBKeyRange)
  browser = new IDBFactory()
  platform = new NotebookDocument()
  platform.insert(0, { type: "code", source: "seed" })
  opened = []
})

afterEach(() => {
  opened.forEach((provider) => provider.close())
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

/** A page that has loaded the platform's present document, with its socket just accepted. */
async function openPage(given: { epoch?: number; helloEpoch?: number; role?: string } = {}) {
  const { epoch = 1, role = "editor" } = given
  const { helloEpoch = epoch } = given
  const document = new NotebookDocument()
  const me = { id: "1", name: "Ada" }
  const provider = new DocumentProvider("ws://here", "n", document, new PendingEdits(browser), me, events)
  opened.push(provider)
  const socket = FakeSocket.last
  socket.accept({ type: "hello", epoch: helloEpoch, sequence: 1, role, name: "n", person: me, build: "b" })
  await provider.load({ epoch, update: Y.encodeStateAsUpdate(platform.doc) })
  ask(socket)
  return { document, provider, socket }
}

/** The platform asks what the page has that it lacks. */
function ask(socket: FakeSocket): void {
  socket.sayBytes(writeStep1(Y.encodeStateVector(platform.doc)))
}

function type(document: NotebookDocument, text: string): void {
  const [[, cell] = []] = document.ordered()
  if (cell) sourceOf(cell).insert(sourceOf(cell).length, text)
}

function textOf(document: NotebookDocument): string {
  return document.ordered().map(([, cell]) => sourceOf(cell).toString())[0] ?? ""
}

/** The platform commits everything that came on this socket. */
function commit(socket: FakeSocket): void {
  for (const bytes of socket.bytes) {
    const message = readMessage(bytes)
    if (message.kind === "update") Y.applyUpdate(platform.doc, message.update)
  }
}

test("an edit is saved when the platform has acknowledged it", async () => {
  const { document, provider, socket } = await openPage()
  expect(provider.saveState).toBe("saved")
  type(document, " and more")
  expect(provider.saveState).toBe("saving")
  commit(socket)
  expect(textOf(platform)).toBe("seed and more")

  socket.say({ type: "ack", count: 1 })
  expect(provider.saveState).toBe("saved")
  await vi.waitFor(async () => expect(await new PendingEdits(browser).load("n")).toEqual({ updates: [], texts: [] }))
})

test("others' edits come in and are not sent back", async () => {
  const { document, socket } = await openPage()
  const sent = socket.bytes.length
  type(platform, " theirs")
  socket.sayBytes(writeUpdate(Y.encodeStateAsUpdate(platform.doc)))

  expect(textOf(document)).toBe("seed theirs")
  expect(socket.bytes).toHaveLength(sent)
})

test("what was typed offline is sent by the next connection", async () => {
  const { document, provider, socket } = await openPage()
  socket.drop()
  type(document, " offline")
  expect(provider.saveState).toBe("offline")

  provider.retry()
  FakeSocket.last.accept({ type: "hello", epoch: 1, sequence: 1, role: "editor", name: "n" })
  ask(FakeSocket.last)
  commit(FakeSocket.last)
  expect(textOf(platform)).toBe("seed offline")
  FakeSocket.last.say({ type: "ack", count: 1 })
  expect(provider.saveState).toBe("saved")
})

test("an unacknowledged edit survives the tab and is sent on reopening", async () => {
  const first = await openPage()
  type(first.document, " unsaved")
  await first.provider.whenKept()
  first.provider.close()

  const second = await openPage()
  expect(textOf(second.document)).toBe("seed unsaved")
  expect(second.provider.saveState).toBe("saving")
  commit(second.socket)
  expect(textOf(platform)).toBe("seed unsaved")
})

test("a question that came before the document was loaded is still answered", async () => {
  const document = new NotebookDocument()
  const me = { id: "1", name: "Ada" }
  const provider = new DocumentProvider("ws://here", "n", document, new PendingEdits(browser), me, events)
  opened.push(provider)
  FakeSocket.last.accept({ type: "hello", epoch: 1, sequence: 1, role: "editor", name: "n" })
  FakeSocket.last.sayBytes(writeStep1(Y.encodeStateVector(new Y.Doc())))
  expect(FakeSocket.last.bytes).toEqual([])
  await provider.load({ epoch: 1, update: Y.encodeStateAsUpdate(platform.doc) })

  expect(FakeSocket.last.bytes.map((bytes) => readMessage(bytes).kind)).toEqual(["step1", "update"])
})

test("an edit whose acknowledgement was lost is saved when the platform turns out to have it", async () => {
  const { document, provider, socket } = await openPage()
  type(document, " kept")
  commit(socket)
  socket.drop()
  provider.retry()
  FakeSocket.last.accept({ type: "hello", epoch: 1, sequence: 2, role: "editor", name: "n" })
  ask(FakeSocket.last)

  expect(provider.saveState).toBe("saved")
  await vi.waitFor(async () => expect(await new PendingEdits(browser).load("n")).toEqual({ updates: [], texts: [] }))
})

test("an edit that no frame can carry is said, and kept here", async () => {
  const { document, provider, socket } = await openPage()
  const before = socket.bytes.length
  type(document, "x".repeat(LARGEST_UPDATE))

  expect(socket.bytes).toHaveLength(before)
  expect(events.refused).toHaveBeenCalledOnce()
  expect(provider.saveState).toBe("refused")
})

describe("a document of another epoch", () => {
  test("is not merged into, and what was unsaved is offered", async () => {
    const first = await openPage()
    type(first.document, " precious")
    await first.provider.whenKept()
    first.provider.close()
    platform = new NotebookDocument()
    platform.insert(0, { type: "code", source: "restored" })

    const second = await openPage({ epoch: 2 })
    expect(textOf(second.document)).toBe("restored")
    expect(second.provider.recovered.map(({ text }) => text)).toEqual(["seed precious"])
    expect(second.provider.saveState).toBe("saved")

    for (const text of second.provider.recovered) await second.provider.decided(text)
    expect(second.provider.recovered).toEqual([])
    expect(await new PendingEdits(browser).load("n")).toEqual({ updates: [], texts: [] })
  })

  test("offers nothing that it says already", async () => {
    const first = await openPage()
    type(first.document, " precious")
    await first.provider.whenKept()
    first.provider.close()

    type(platform, " precious")
    const second = await openPage({ epoch: 2 })
    expect(second.provider.recovered).toEqual([])
    await vi.waitFor(async () => expect(await new PendingEdits(browser).load("n")).toEqual({ updates: [], texts: [] }))
  })

  test("stops an open page from sending anything", async () => {
    const { document, socket } = await openPage({ helloEpoch: 2 })
    type(document, " more")

    expect(events.replaced).toHaveBeenCalledOnce()
    expect(socket.bytes).toEqual([])
  })
})

describe("an edit that the platform refuses", () => {
  const full = { type: "refused", code: "too-large", message: "This notebook is full." }

  test("is said, stays in the page and the browser, and does not count as saved", async () => {
    const { document, provider, socket } = await openPage()
    type(document, " too much")
    socket.say({ ...full, count: 1 })

    expect(events.refused).toHaveBeenCalledExactlyOnceWith("This notebook is full.")
    expect(provider.saveState).toBe("refused")
    expect(textOf(document)).toBe("seed too much")
    await provider.whenKept()
    expect((await new PendingEdits(browser).load("n")).texts).toMatchObject([{ text: "seed too much" }])
  })

  test("is saved when the platform asks for it again and takes it", async () => {
    const { document, provider, socket } = await openPage()
    type(document, " in a gap")
    type(document, " and more")
    socket.say({ ...full, count: 1 })
    socket.say({ ...full, count: 2 })
    ask(socket)
    commit(socket)
    expect(textOf(platform)).toBe("seed in a gap and more")
    socket.say({ type: "ack", count: 3 })

    expect(provider.saveState).toBe("saved")
    expect(events.accepted).toHaveBeenCalledOnce()
    await vi.waitFor(async () => expect(await new PendingEdits(browser).load("n")).toEqual({ updates: [], texts: [] }))
  })

  test("is offered again after the next edit, without what was deleted since", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    const { document, provider, socket } = await openPage()
    const [[, cell] = []] = document.ordered()
    const source = cell && sourceOf(cell)
    const undo = new Y.UndoManager(source as Y.Text)
    type(document, "x".repeat(100_000))
    socket.say({ ...full, count: 1 })
    undo.undo()
    vi.advanceTimersByTime(2_000)
    expect(readMessage(socket.bytes.at(-1) as Uint8Array).kind).toBe("step1")
    ask(socket)

    const offered = socket.bytes.at(-1) as Uint8Array
    expect(offered.length).toBeLessThan(1_000)
    socket.say({ type: "ack", count: 2 })
    expect(provider.saveState).toBe("saved")
  })

  test("does not make the page ask again and again, but after each edit", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    const { document, provider, socket } = await openPage()
    type(document, " too much")
    for (let count = 1; count < 5; count++) {
      socket.say({ ...full, count })
      vi.advanceTimersByTime(10_000)
      ask(socket)
    }
    const before = socket.bytes.length
    socket.say({ ...full, count: 5 })
    vi.advanceTimersByTime(60_000)

    expect(socket.bytes).toHaveLength(before)
    expect(provider.saveState).toBe("refused")
    type(document, ", still")
    vi.advanceTimersByTime(2_000)
    expect(socket.bytes.slice(before).map((bytes) => readMessage(bytes).kind)).toEqual(["step1"])
  })

  test("when only its author's role forbids it, is sent as soon as the role allows it", async () => {
    const { document, provider, socket } = await openPage()
    type(document, " kept")
    socket.say({ type: "role", role: "viewer" })
    socket.say({ type: "refused", code: "read-only", message: "You cannot change it.", count: 1 })
    ask(socket)
    expect(provider.saveState).toBe("refused")
    socket.say({ type: "role", role: "editor" })
    expect(readMessage(socket.bytes.at(-1) as Uint8Array).kind).toBe("step1")
    ask(socket)
    commit(socket)

    expect(textOf(platform)).toBe("seed kept")
  })
})

test("a reader who becomes an editor can write", async () => {
  const { document, socket } = await openPage({ role: "viewer" })
  socket.say({ type: "role", role: "editor" })
  type(document, " at last")
  commit(socket)

  expect(textOf(platform)).toBe("seed at last")
})

test("every frame of the protocol's examples is understood", async () => {
  const { provider, socket } = await openPage()
  for (const frame of Object.values(examples.server)) socket.say(frame)

  expect(provider.role).toBe(examples.server.role.role)
  expect(events.refused).toHaveBeenCalledExactlyOnceWith(examples.server["refused edit"].message)
  expect(events.frame).toHaveBeenCalledWith(examples.server.notebook)
})

test("a viewer sends no edits", async () => {
  const { document, socket } = await openPage({ role: "viewer" })
  const before = socket.bytes.length
  type(document, " no")
  socket.sayBytes(writeStep1(Y.encodeStateVector(new Y.Doc())))

  expect(socket.bytes).toHaveLength(before)
})

test("a heartbeat that shows unseen edits makes the page ask", async () => {
  const { socket } = await openPage()
  const before = socket.bytes.length
  socket.say({ type: "heartbeat", sequence: 1 })
  expect(socket.bytes).toHaveLength(before)
  socket.say({ type: "heartbeat", sequence: 5 })

  expect(socket.bytes.slice(before).map((bytes) => readMessage(bytes).kind)).toEqual(["step1"])
})

test("a browser that keeps nothing is said to, once", async () => {
  const broken = { open: () => ({}) } as unknown as IDBFactory
  const edits = new PendingEdits(broken)
  vi.spyOn(edits, "load").mockRejectedValue(new Error("no"))
  vi.spyOn(edits, "keep").mockRejectedValue(new Error("no"))
  const document = new NotebookDocument()
  const provider = new DocumentProvider("ws://here", "n", document, edits, { id: "1", name: "Ada" }, events)
  opened.push(provider)
  await provider.load({ epoch: 1, update: Y.encodeStateAsUpdate(platform.doc) })
  type(document, "a")
  type(document, "b")
  await provider.whenKept()

  expect(events.notKept).toHaveBeenCalledOnce()
  expect(provider.wouldLose).toBe(true)
})
