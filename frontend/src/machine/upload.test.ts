import { afterEach, beforeEach, expect, test, vi } from "vitest"

import { FakeSocket } from "../testing/fakeSocket"
import { MachineStream } from "./stream"
import { PIECE, Upload, WINDOW } from "./upload.svelte"

beforeEach(() => {
  FakeSocket.install()
  Object.assign(FakeSocket, { OPEN: 1 })
  Object.assign(FakeSocket.prototype, { readyState: 1 })
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** jsdom's Blob gives no bytes. */
function blobOf(bytes: Uint8Array<ArrayBuffer>): Blob {
  const slice = (from: number, to: number) => blobOf(bytes.slice(from, to))
  return { size: bytes.length, slice, arrayBuffer: () => Promise.resolve(bytes.buffer) } as unknown as Blob
}

function uploadOf(bytes: Uint8Array<ArrayBuffer>): Upload {
  return new Upload("/content/a", blobOf(bytes), (request, events) => new MachineStream("ws://x/", request, events))
}

function random(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  for (let place = 0; place < size; place++) bytes[place] = (place * 7 + (place >> 8)) % 256
  return bytes
}

function opened(size = 0): void {
  FakeSocket.last.accept({ type: "opened", size })
}

async function sent(socket: FakeSocket, count: number): Promise<void> {
  await vi.waitFor(() => expect(socket.bytes.length).toBe(count))
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, place) => byte === other[place])
}

function joined(sockets: FakeSocket[]): Uint8Array {
  const pieces = sockets.flatMap((socket) => socket.bytes)
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0))
  let place = 0
  for (const piece of pieces) {
    whole.set(piece, place)
    place += piece.length
  }
  return whole
}

test("no more than a window is on the way, and each confirmation lets the next piece go", async () => {
  const data = random(WINDOW + 3 * PIECE)
  const upload = uploadOf(data)
  const running = upload.run()
  opened()
  const socket = FakeSocket.last
  await sent(socket, WINDOW / PIECE)
  for (let piece = 1; piece <= 3; piece++) {
    socket.say({ type: "arrived", bytes: piece * PIECE })
    await sent(socket, WINDOW / PIECE + piece)
  }
  expect(socket.asked("end")).toBeUndefined()
  socket.say({ type: "arrived", bytes: data.length })
  await vi.waitFor(() => expect(socket.asked("end")).toMatchObject({ replace: false }))
  socket.say({ type: "done", version: "1-2-3" })
  await running
  expect(upload.state).toBe("done")
  expect(isSame(joined([socket]), data)).toBe(true)
})

test("after a break it goes on where the machine has it", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] })
  const data = random(4 * PIECE)
  const upload = uploadOf(data)
  void upload.run()
  opened()
  const first = FakeSocket.last
  await sent(first, 4)
  first.say({ type: "arrived", bytes: PIECE })
  first.drop()
  vi.advanceTimersByTime(1_000)
  const second = FakeSocket.last
  expect(second).not.toBe(first)
  opened(2 * PIECE)
  await sent(second, 2)
  expect(isSame(joined([second]), data.slice(2 * PIECE))).toBe(true)
  expect(second.texts[0]).toEqual(first.texts[0])
})

test("an empty file arrives too", async () => {
  const upload = uploadOf(random(0))
  const running = upload.run()
  opened()
  await vi.waitFor(() => expect(FakeSocket.last.asked("end")).toBeDefined())
  FakeSocket.last.say({ type: "done", version: "1" })
  await running
  expect(upload.state).toBe("done")
})

test("what the machine refuses is said, and not tried again", async () => {
  const upload = uploadOf(random(10))
  const running = upload.run()
  FakeSocket.last.accept({ type: "refused", code: "file-outside", message: "Not there." })
  await running
  expect([upload.state, upload.problem]).toEqual(["failed", "Not there."])
  expect(FakeSocket.opened.length).toBe(1)
})

test("cancelling has the machine forget what was sent", async () => {
  const upload = uploadOf(random(PIECE))
  const running = upload.run()
  opened()
  await sent(FakeSocket.last, 1)
  upload.cancel()
  await running
  expect(FakeSocket.last.asked("drop")).toBeDefined()
  expect(upload.state).toBe("cancelled")
})
