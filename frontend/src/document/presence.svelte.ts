/** Who else is here, and where their cursors are (the awareness protocol, with the platform's word on who is who). */

import * as awareness from "y-protocols/awareness"
import type { Doc } from "yjs"

export type Person = Readonly<{ id: string; name: string; color: string }>

const SEND_EVERY = 50
const FROM_OTHERS = "others"

export class Presence {
  people = $state.raw<readonly Person[]>([])
  readonly awareness: awareness.Awareness
  private readonly changedClients = new Set<number>()
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    doc: Doc,
    me: Omit<Person, "color">,
    private readonly send: (update: Uint8Array) => void,
  ) {
    this.awareness = new awareness.Awareness(doc)
    this.awareness.setLocalStateField("user", { ...me, color: "#1a67d2" })
    this.awareness.on("change", () => this.count())
    this.awareness.on("update", (changes: Record<"added" | "updated" | "removed", number[]>, origin: unknown) => {
      if (origin !== FROM_OTHERS) this.announce([...changes.added, ...changes.updated, ...changes.removed])
    })
    this.count()
  }

  receive(update: Uint8Array): void {
    awareness.applyAwarenessUpdate(this.awareness, update, FROM_OTHERS)
  }

  /** A new connection knows nothing of me. */
  connected(): void {
    this.announce([this.awareness.clientID])
  }

  /** Without a connection nobody else can be seen. */
  disconnected(): void {
    const others = [...this.awareness.getStates().keys()].filter((client) => client !== this.awareness.clientID)
    awareness.removeAwarenessStates(this.awareness, others, FROM_OTHERS)
  }

  close(): void {
    clearTimeout(this.timer)
    this.awareness.destroy()
  }

  /** Cursors move at every key press; the others need not hear of each. */
  private announce(clients: readonly number[]): void {
    for (const client of clients) if (client === this.awareness.clientID) this.changedClients.add(client)
    if (this.changedClients.size === 0) return
    this.timer ??= setTimeout(() => this.flush(), SEND_EVERY)
  }

  private flush(): void {
    this.timer = undefined
    this.send(awareness.encodeAwarenessUpdate(this.awareness, [...this.changedClients]))
    this.changedClients.clear()
  }

  private count(): void {
    const people = new Map<string, Person>()
    for (const state of this.awareness.getStates().values()) {
      const person = readPerson(state["user"])
      if (person) people.set(person.id, person)
    }
    this.people = [...people.values()].sort((one, other) => one.name.localeCompare(other.name))
  }
}

function readPerson(user: unknown): Person | undefined {
  if (typeof user !== "object" || user === null) return undefined
  const { id, name, color } = user as Record<string, unknown>
  if (typeof name !== "string") return undefined
  return { id: String(id), name, color: /^#[0-9a-f]{6}$/i.test(String(color)) ? String(color) : "#5f6368" }
}
