/** The notebook's threads of comments as the panel and the cells show them, and what people do with them. */

import { findAnchor, type Anchor, type Range } from "../document/anchors"
import type { Cell, Cells } from "../document/cells.svelte"
import { newUuid } from "../lib/ids"
import { words } from "../lib/i18n"
import { ConnectionLost, Refused } from "../protocol/frames"
import { get, send } from "../protocol/http"
import type { Offered } from "../ui/suggestions.svelte"
import { Drafts } from "./drafts"
import type { Mark } from "./marks"
import { passes, type Filter, type Thread } from "./threads"

/** What a thread that is being written is about. */
export type Begun = Readonly<{ thread: string; cell: string; anchor: Anchor | undefined }>

/** A cell that is still there, or none, with its threads in the order of its text. */
export type Group = Readonly<{ cell: Cell | undefined; number: number; threads: readonly Thread[] }>

/** The name of the draft of a new thread, and of its mark. */
export const NEW = "new"
const PLACE = "place"

export class Comments {
  list = $state.raw<readonly Thread[]>([])
  filter = $state<Filter>("open")
  /** Why the threads could not be fetched. */
  problem = $state<string>()
  /** The thread that somebody looks at. */
  present = $state<string>()
  /** Grows each time the panel shall show the present thread. */
  asked = $state(0)
  /** A thread whose text the editor shall bring to the screen, once. */
  revealing = $state<string>()
  begun = $state.raw<Begun>()
  readonly drafts: Drafts
  readonly openByCell = $derived(
    Map.groupBy(
      this.list.filter((thread) => thread.resolved === null),
      ({ cell }) => cell,
    ),
  )
  readonly groups = $derived(this.arrange())
  private readonly api: string
  private loading: Promise<void> | undefined
  private isWanted = false
  /** How many answers to own changes have come. */
  private answers = 0

  constructor(
    notebook: string,
    private readonly cells: Cells,
    private readonly csrf: string,
  ) {
    this.api = `/api/notebooks/${notebook}/comments`
    this.drafts = new Drafts(`tomoni.comments.${notebook}`)
    this.begun = (JSON.parse(this.drafts.text(PLACE) ?? "null") as Begun | null) ?? undefined
  }

  /** Ask for all threads; who asks meanwhile is answered by asking once more afterwards. */
  async load(): Promise<void> {
    this.isWanted = true
    this.loading ??= this.loadWhileWanted().finally(() => (this.loading = undefined))
    await this.loading
  }

  /** Where a thread's text is now; undefined when it is about a whole cell, or the text is gone. */
  rangeOf(cell: Cell, anchor: Anchor | undefined): Range | undefined {
    if (!anchor?.start) return undefined
    void cell.text // which the positions are in
    return findAnchor(cell.source, anchor)
  }

  /** What is marked in a cell's text: its open threads, the one that is looked at, and the one that is being written. */
  marksIn(cell: Cell): Mark[] {
    const shown = this.openByCell.get(cell.id) ?? []
    const present = this.list.find((thread) => thread.id === this.present && passes(thread, this.filter))
    const anchors: [string, Anchor | undefined][] = shown.map((thread) => [thread.id, thread])
    if (present?.cell === cell.id && present.resolved !== null) anchors.push([present.id, present])
    if (this.begun?.cell === cell.id) anchors.push([NEW, this.begun.anchor])
    return anchors.flatMap(([thread, anchor]) => {
      const range = this.rangeOf(cell, anchor)
      return range ? [{ thread, ...range, isPresent: thread === NEW || thread === this.present }] : []
    })
  }

  /** Look at a thread, among those that the filter lets through. */
  show(id: string): void {
    const thread = this.list.find((candidate) => candidate.id === id)
    if (thread && !passes(thread, this.filter)) this.filter = "all"
    this.present = id
    this.asked += 1
  }

  /** Begin to write a thread about a cell or a piece of its text; what was written for another goes along. */
  begin(cell: string, anchor: Anchor | undefined): void {
    this.begun = { thread: newUuid(), cell, anchor }
    this.present = undefined
    this.drafts.write(PLACE, JSON.stringify(this.begun))
    this.drafts.rename(NEW)
  }

  giveUp(): void {
    this.begun = undefined
    this.drafts.forget(PLACE)
  }

  async create(text: string, id: string): Promise<void> {
    if (!this.begun) return
    const { thread, cell, anchor } = this.begun
    this.put(await this.ask("POST", "", { thread, id, cell, text, ...anchor }))
    this.giveUp()
    this.show(thread)
  }

  async reply(thread: Thread, text: string, id: string): Promise<void> {
    this.put(await this.ask("POST", `/${thread.id}`, { text, id }))
  }

  async edit(thread: Thread, comment: string, text: string): Promise<void> {
    this.put(await this.ask("PATCH", `/${thread.id}/${comment}`, { text }))
  }

  async resolve(thread: Thread, resolved: boolean): Promise<void> {
    this.put(await this.ask("PATCH", `/${thread.id}`, { resolved }))
  }

  /** Delete one comment, or the whole thread. */
  async remove(thread: Thread, comment?: string): Promise<void> {
    await this.ask("DELETE", comment === undefined ? `/${thread.id}` : `/${thread.id}/${comment}`)
    await this.load()
  }

  /** People whose name or address begins so; nobody while the platform cannot be asked. */
  async people(start: string): Promise<Offered[]> {
    try {
      return (await (await get(`${this.api}/people?start=${encodeURIComponent(start)}`)).json()) as Offered[]
    } catch (problem) {
      sentence(problem)
      return []
    }
  }

  private async ask(method: "POST" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<Thread | undefined> {
    const response = await send(method, this.api + path, body, this.csrf)
    return response.status === 204 ? undefined : ((await response.json()) as Thread)
  }

  private async loadWhileWanted(): Promise<void> {
    while (this.isWanted) {
      this.isWanted = false
      const before = this.answers
      try {
        const list = (await (await get(this.api)).json()) as Thread[]
        this.problem = undefined
        // What was changed here meanwhile may not be in it yet.
        if (before === this.answers) this.list = list
        else this.isWanted = true
      } catch (problem) {
        this.problem = sentence(problem)
      }
    }
  }

  /** A thread as the platform has it now. */
  private put(thread: Thread | undefined): void {
    if (!thread) return
    this.answers += 1
    const isKnown = this.list.some(({ id }) => id === thread.id)
    this.list = isKnown ? this.list.map((old) => (old.id === thread.id ? thread : old)) : [...this.list, thread]
  }

  private arrange(): Group[] {
    const shown = Map.groupBy(
      this.list.filter((thread) => passes(thread, this.filter)),
      ({ cell }) => cell,
    )
    const groups: Group[] = []
    this.cells.list.forEach((cell, index) => {
      const threads = shown.get(cell.id)
      if (!threads) return
      shown.delete(cell.id)
      const place = new Map(threads.map((thread) => [thread, this.rangeOf(cell, thread)?.from ?? -1]))
      const ordered = threads.toSorted((one, other) => (place.get(one) ?? 0) - (place.get(other) ?? 0))
      groups.push({ cell, number: index + 1, threads: ordered })
    })
    const orphans = [...shown.values()].flat()
    return orphans.length > 0 ? [...groups, { cell: undefined, number: 0, threads: orphans }] : groups
  }
}

/** Why something did not work, for a person. */
export function sentence(problem: unknown): string {
  if (problem instanceof ConnectionLost) return words.comments.notSent
  if (problem instanceof Refused) return problem.message
  throw problem
}
