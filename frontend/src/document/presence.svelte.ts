/** Who is here, in which cell, and where their cursors are (the awareness protocol, with the platform's word on who is who). */

import * as awareness from "y-protocols/awareness"
import type { Doc } from "yjs"

export type Person = Readonly<{ id: string; name: string; color: string }>
/** Somebody with the cell that they were in last, in whichever of their tabs. */
export type Present = Person & Readonly<{ cell?: string | undefined }>
/** A selection by relative positions, which stay with their text. */
export type Pointing = Readonly<{ anchor: unknown; head: unknown }>
export type Cursor = Readonly<{ client: number; person: Person; pointing: Pointing }>

const SEND_EVERY = 50
const FROM_OTHERS = "others"
const NO_COLOR = "#5f6368"

export class Presence {
  /** One entry a person; me first. */
  people = $state.raw<readonly Present[]>([])
  /** The others in each cell. */
  byCell = $state.raw<ReadonlyMap<string, readonly Person[]>>(new Map())
  readonly awareness: awareness.Awareness
  private readonly changedClients = new Set<number>()
  private readonly listeners = new Set<() => void>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private pointing: Pointing | null = null
  private shown = ""

  constructor(
    doc: Doc,
    private me: Omit<Person, "color"> & { color?: string },
    private readonly send: (update: Uint8Array) => void,
  ) {
    this.awareness = new awareness.Awareness(doc)
    this.awareness.setLocalStateField("user", { color: NO_COLOR, ...me })
    this.awareness.on("change", (_changes: unknown, origin: unknown) => {
      this.count()
      if (origin === FROM_OTHERS) this.listeners.forEach((listener) => listener())
    })
    this.awareness.on("update", (changes: Record<"added" | "updated" | "removed", number[]>, origin: unknown) => {
      if (origin !== FROM_OTHERS) this.announce([...changes.added, ...changes.updated, ...changes.removed])
    })
    this.count()
  }

  receive(update: Uint8Array): void {
    awareness.applyAwarenessUpdate(this.awareness, update, FROM_OTHERS)
  }

  /** The platform says who I am to the others. */
  known(me: Person): void {
    this.me = me
    this.awareness.setLocalStateField("user", me)
  }

  /** Tell in which cell I am. */
  enter(cell: string | undefined): void {
    this.awareness.setLocalStateField("place", { cell: cell ?? null, since: Date.now() })
  }

  /** Tell where my caret is; the function returned takes it away, unless it is somewhere else by then. */
  point(pointing: Pointing): () => void {
    this.pointing = pointing
    this.awareness.setLocalStateField("cursor", pointing)
    return () => {
      if (this.pointing !== pointing) return
      this.pointing = null
      this.awareness.setLocalStateField("cursor", null)
    }
  }

  /** Where the others' carets are. */
  get cursors(): Cursor[] {
    return [...this.awareness.getStates()].flatMap(([client, { user, cursor }]) => {
      const person = readPerson(user)
      const isOther = client !== this.awareness.clientID
      return isOther && person && isPointing(cursor) ? [{ client, person, pointing: cursor }] : []
    })
  }

  /** Call back whenever something about the others changed; the function returned ends that. */
  watch(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
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
    const everyone = this.everyone()
    // Carets move all the time; who is where changes rarely, and only then is the page drawn again.
    const shown = JSON.stringify(everyone)
    if (shown !== this.shown) {
      this.shown = shown
      this.people = everyone
      this.byCell = groupByCell(everyone.filter(({ id }) => id !== this.me.id))
    }
  }

  /** Of several tabs of one person the one counts in which they went to a cell last. */
  private everyone(): Present[] {
    const people = new Map<string, { present: Present; since: number }>()
    for (const { user, place } of this.awareness.getStates().values()) {
      const person = readPerson(user)
      const { cell, since } = readPlace(place)
      if (!person || (people.get(person.id)?.since ?? -1) > since) continue
      people.set(person.id, { present: { ...person, cell }, since })
    }
    return [...people.values()].map(({ present }) => present).sort((one, other) => this.order(one, other))
  }

  private order(one: Person, other: Person): number {
    if ((one.id === this.me.id) !== (other.id === this.me.id)) return one.id === this.me.id ? -1 : 1
    return one.name.localeCompare(other.name) || one.id.localeCompare(other.id)
  }
}

function groupByCell(people: readonly Present[]): Map<string, Person[]> {
  const groups = new Map<string, Person[]>()
  for (const person of people) {
    if (person.cell !== undefined) groups.set(person.cell, [...(groups.get(person.cell) ?? []), person])
  }
  return groups
}

function isPointing(cursor: unknown): cursor is Pointing {
  return typeof cursor === "object" && cursor !== null && "anchor" in cursor && "head" in cursor
}

function readPlace(place: unknown): { cell: string | undefined; since: number } {
  const { cell, since } = (typeof place === "object" && place !== null ? place : {}) as Record<string, unknown>
  return { cell: typeof cell === "string" ? cell : undefined, since: typeof since === "number" ? since : 0 }
}

function readPerson(user: unknown): Person | undefined {
  if (typeof user !== "object" || user === null) return undefined
  const { id, name, color } = user as Record<string, unknown>
  if (typeof name !== "string") return undefined
  return { id: String(id), name, color: /^#[0-9a-f]{6}$/i.test(String(color)) ? String(color) : NO_COLOR }
}
