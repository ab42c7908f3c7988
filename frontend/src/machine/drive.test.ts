import { afterEach, expect, test, vi } from "vitest"

import { Drive, type Standing } from "./drive.svelte"

function answering(...states: Standing["state"][]): void {
  const answers = states.map((state) => ({ granted: true, state, place: "/content/drive", message: "It is broken." }))
  vi.stubGlobal("fetch", () =>
    Promise.resolve(new Response(JSON.stringify(answers.length > 1 ? answers.shift() : answers[0]))),
  )
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test("a decision waits until the machine has followed", async () => {
  answering("wanted", "wanted", "attached")
  const drive = new Drive("one", "token")
  await drive.decide(true)

  expect(drive.isMounted).toBe(true)
  expect(drive.problem).toBe("")
})

test("what failed is said", async () => {
  answering("wanted", "failed")
  const drive = new Drive("one", "token")
  await drive.decide(true)

  expect(drive.isMounted).toBe(false)
  expect(drive.problem).toBe("It is broken.")
})

test("it does not wait for ever", async () => {
  vi.useFakeTimers()
  answering("wanted")
  const drive = new Drive("one", "token")
  const decided = drive.decide(true)
  await vi.advanceTimersByTimeAsync(60_000)
  await decided

  expect(drive.problem).toMatch(/not there yet/)
})

test("without a network it says so and keeps what it knew", async () => {
  answering("attached")
  const drive = new Drive("one", "token")
  await drive.load()
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")))
  await drive.load()

  expect(drive.isMounted).toBe(true)
  expect(drive.problem).not.toBe("")
})
