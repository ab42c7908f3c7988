import { afterEach, beforeEach, expect, test, vi } from "vitest"

import { FakeSocket } from "../testing/fakeSocket"
import { DEAD_AFTER, PING_EVERY, ReconnectingSocket } from "./socket"

type Frame = { type: string; id?: string }

let socket: ReconnectingSocket<Frame>
let frames: Frame[]
let opened: number
let states: string[]

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.install()
  frames = []
  states = []
  opened = 0
  socket = new ReconnectingSocket<Frame>(
    "ws://here/ws",
    {
      opened: () => (opened += 1),
      frame: (frame) => frames.push(frame),
      changed: (state) => states.push(state),
    },
    () => 1,
  )
})

afterEach(() => {
  socket.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test("a request is answered by the reply with its id", async () => {
  FakeSocket.last.accept()
  const first = socket.request({ type: "connect", kind: "" })
  const second = socket.request({ type: "interrupt" })
  const [one, other] = FakeSocket.last.texts.map((frame) => frame["id"])

  FakeSocket.last.say({ type: "ok", id: other, which: "second" })
  FakeSocket.last.say({ type: "ok", id: one, which: "first" })

  expect(await first).toMatchObject({ which: "first" })
  expect(await second).toMatchObject({ which: "second" })
  expect(frames).toEqual([])
})

test("a refusal fails the request with its code and sentence", async () => {
  FakeSocket.last.accept()
  const request = socket.request({ type: "connect", kind: "" })
  FakeSocket.last.say({ type: "refused", id: FakeSocket.last.texts[0]?.["id"], code: "quota", message: "Too many." })

  await expect(request).rejects.toMatchObject({ name: "Refused", code: "quota", message: "Too many." })
})

test("a request is lost with its connection", async () => {
  FakeSocket.last.accept()
  const request = socket.request({ type: "connect", kind: "" })
  FakeSocket.last.drop()

  await expect(request).rejects.toMatchObject({ name: "ConnectionLost" })
})

test("a request without a connection fails at once", async () => {
  await expect(socket.request({ type: "connect", kind: "" })).rejects.toMatchObject({ name: "ConnectionLost" })
})

test("it connects again, waiting longer after each failure, up to five seconds", () => {
  for (const wait of [200, 400, 800, 1_600, 3_200, 5_000, 5_000]) {
    const before = FakeSocket.opened.length
    FakeSocket.last.drop()
    vi.advanceTimersByTime(wait - 1)
    expect(FakeSocket.opened).toHaveLength(before)
    vi.advanceTimersByTime(1)
    expect(FakeSocket.opened).toHaveLength(before + 1)
  }
})

test("a connection that said something starts the waiting afresh", () => {
  for (let time = 0; time < 5; time += 1) {
    FakeSocket.last.drop()
    vi.advanceTimersByTime(5_000)
  }
  FakeSocket.last.accept({ type: "hello" })
  FakeSocket.last.drop()
  vi.advanceTimersByTime(200)

  expect(FakeSocket.opened).toHaveLength(7)
  FakeSocket.last.accept()
  expect(opened).toBe(2)
})

test("a restarting server is met again at once", () => {
  FakeSocket.last.drop()
  vi.advanceTimersByTime(5_000)
  FakeSocket.last.accept({ type: "hello" })
  FakeSocket.last.drop(1012)
  vi.advanceTimersByTime(200)

  expect(FakeSocket.opened).toHaveLength(3)
})

test("a resync is a new connection", () => {
  FakeSocket.last.accept({ type: "hello" })
  FakeSocket.last.drop(4409)
  vi.advanceTimersByTime(200)

  expect(FakeSocket.opened).toHaveLength(2)
})

test.each([4401, 4404])("after %i it does not come back", (code) => {
  FakeSocket.last.accept()
  FakeSocket.last.drop(code)
  vi.advanceTimersByTime(60_000)

  expect(FakeSocket.opened).toHaveLength(1)
  expect(socket.state).toBe("refused")
})

test("the network's return ends the wait", () => {
  for (let time = 0; time < 6; time += 1) {
    FakeSocket.last.drop()
    if (time < 5) vi.advanceTimersByTime(5_000)
  }
  const before = FakeSocket.opened.length
  dispatchEvent(new Event("online"))

  expect(FakeSocket.opened).toHaveLength(before + 1)
})

test("it pings, and a silent connection counts as dead", () => {
  FakeSocket.last.accept()
  const first = FakeSocket.last
  vi.advanceTimersByTime(PING_EVERY)
  expect(first.texts).toEqual([{ type: "ping" }])

  vi.advanceTimersByTime(DEAD_AFTER)
  expect(first.isClosed).toBe(true)
  expect(states).toContain("waiting")
})

test("an answered ping keeps it alive", () => {
  FakeSocket.last.accept()
  for (let time = 0; time < 10; time += 1) {
    vi.advanceTimersByTime(PING_EVERY)
    FakeSocket.last.say({ type: "pong" })
  }

  expect(socket.isOpen).toBe(true)
  expect(frames).toEqual([])
})

test("nothing of a dropped connection is heard any more", () => {
  const first = FakeSocket.last
  first.accept()
  const late = first.onmessage
  socket.close()

  expect(late).not.toBeNull()
  expect(first.onmessage).toBeNull()
  expect(socket.state).toBe("closed")
})
