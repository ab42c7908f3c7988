import { afterEach, beforeEach, expect, test, vi } from "vitest"
import * as awareness from "y-protocols/awareness"
import * as Y from "yjs"

import { initials } from "../lib/initials"
import { Presence } from "./presence.svelte"

const ADA = { id: "1", name: "Ada", color: "#238304" }
const BOB = { id: "2", name: "Bob", color: "#712688" }
const send = vi.fn()
let presence: Presence
let clients: awareness.Awareness[]

beforeEach(() => {
  presence = new Presence(new Y.Doc(), { id: "1", name: "Ada" }, send)
  clients = []
})

afterEach(() => {
  presence.close()
  clients.forEach((client) => client.destroy())
})

/** Another page, and what it says about itself. */
function hear(state: Record<string, unknown>, client = new awareness.Awareness(new Y.Doc())): awareness.Awareness {
  clients.push(client)
  client.setLocalState(state)
  presence.receive(awareness.encodeAwarenessUpdate(client, [client.clientID]))
  return client
}

test("somebody with several tabs is one person, where they went last", () => {
  hear({ user: BOB, place: { cell: "b", since: 2 } })
  hear({ user: BOB, place: { cell: "a", since: 1 } })

  expect(presence.people.map(({ name, cell }) => [name, cell])).toEqual([
    ["Ada", undefined],
    ["Bob", "b"],
  ])
  expect(presence.byCell).toEqual(new Map([["b", [{ ...BOB, cell: "b" }]]]))
})

test("I have the colour that the platform gives me, and am not marked in my own cell", () => {
  presence.enter("a")
  presence.known(ADA)

  expect(presence.people).toEqual([{ ...ADA, cell: "a" }])
  expect(presence.byCell.size).toBe(0)
})

test("a caret that moves does not draw the list of people anew", () => {
  const client = hear({ user: BOB, cursor: { anchor: {}, head: {} } })
  const before = presence.people
  const moved = vi.fn()
  presence.watch(moved)
  hear({ user: BOB, cursor: { anchor: { item: 1 }, head: {} } }, client)

  expect(moved).toHaveBeenCalledOnce()
  expect(presence.people).toBe(before)
})

test("what others write about themselves is not trusted", () => {
  hear({ user: { ...BOB, color: "url(javascript:alert(1))" }, place: { cell: 7 }, cursor: "here" })
  hear({ user: "nobody" })

  expect(presence.people.at(-1)).toEqual({ id: "2", name: "Bob", color: "#5f6368", cell: undefined })
  expect(presence.people).toHaveLength(2)
  expect(presence.cursors).toEqual([])
})

test("a caret that was told elsewhere is not taken away by the editor that lost it", () => {
  const takeAway = presence.point({ anchor: 1, head: 1 })
  presence.point({ anchor: 2, head: 2 })
  takeAway()

  expect(presence.awareness.getLocalState()?.["cursor"]).toEqual({ anchor: 2, head: 2 })
})

test.each([
  ["Ada Lovelace", "AL"],
  ["ada", "A"],
  ["ada.lovelace@example.org", "AO"],
  ["山田 太郎", "山"],
  ["やまだ", "や"],
  ["👩‍🔬 Marie", "👩‍🔬M"],
  ["", "?"],
])("%s is %s in a circle", (name, shown) => {
  expect(initials(name)).toBe(shown)
})
