/** A language server in my machine that checks the notebook's code. Fetched when there is a machine. */

import type { Machine } from "../machine/files.svelte"
import type { MachineStream, StreamFrame } from "../machine/stream"
import { type CellText, NotebookSync, positionOf } from "./notebookSync"
import { type Checked, type Diagnostic, type Level, readProblems, rulesOf, UNKNOWN_MODULE } from "./problems"
import { type Message, pieces, Reader } from "./rpc"

export type CheckerEvents = Readonly<{
  /** What is wrong in the cells, by their ids; those that it has not looked at yet are missing. */
  checked: (cells: ReadonlyMap<string, Checked>) => void
  /** It is over; with a code when the machine said no. */
  ended: (code: string) => void
}>

type Published = Readonly<{ uri: string; version?: number; diagnostics: readonly Diagnostic[] }>
type Hover = Readonly<{ contents?: unknown }>

/** A check tells of each cell by itself. */
const TOGETHER = 30

const CAPABILITIES = {
  general: { positionEncodings: ["utf-16"] },
  textDocument: { hover: { contentFormat: ["plaintext"] }, publishDiagnostics: { versionSupport: true } },
  notebookDocument: { synchronization: { dynamicRegistration: false } },
}

export class Checker {
  /** It could not find a module that some cell imports. */
  missesModules = false
  private readonly stream: MachineStream
  private readonly reader = new Reader()
  private readonly waiting = new Map<number, (result: unknown) => void>()
  private readonly results = new Map<string, Checked>()
  private readonly withoutModule = new Set<string>()
  private sync: NotebookSync | undefined
  private cells: readonly CellText[]
  private isReady = false
  private arrived = 0
  private asked = 0
  private telling: ReturnType<typeof setTimeout> | undefined

  constructor(
    machine: Machine,
    private readonly level: Level,
    cells: readonly CellText[],
    private readonly events: CheckerEvents,
  ) {
    this.cells = cells
    this.stream = machine.stream(
      { kind: "language" },
      {
        opened: (frame) => void this.begin(frame),
        bytes: (bytes) => this.receive(bytes),
        frame: (frame) => {
          if (frame.type === "exited") this.stream.close()
          if (frame.type === "exited") events.ended("")
        },
        ended: (code) => events.ended(code),
      },
    )
  }

  /** These are the notebook's cells of code now. */
  update(cells: readonly CellText[]): void {
    this.cells = cells
    if (!this.isReady || !this.sync) return
    const change = this.sync.change(cells)
    if (change) this.notify("notebookDocument/didChange", change)
  }

  /** What it knows of the name there. */
  async hover(cell: string, offset: number): Promise<string | undefined> {
    const told = this.isReady ? this.sync?.cells.find(({ id }) => id === cell) : undefined
    if (!told) return undefined
    const place = { textDocument: { uri: told.uri }, position: positionOf(told.text, offset) }
    return textOf((await this.ask("textDocument/hover", place)) as Hover | null)
  }

  close(): void {
    clearTimeout(this.telling)
    this.stream.close()
    for (const answer of this.waiting.values()) answer(null)
    this.waiting.clear()
  }

  private async begin(frame: StreamFrame): Promise<void> {
    const folder = String(frame["folder"])
    const rootUri = `file://${folder}`
    await this.ask("initialize", {
      processId: null,
      rootUri,
      workspaceFolders: [{ uri: rootUri, name: "content" }],
      capabilities: CAPABILITIES,
      initializationOptions: {
        configuration: { environment: { python: String(frame["python"]) }, rules: rulesOf(this.level) },
      },
    })
    this.notify("initialized", {})
    this.sync = new NotebookSync(folder)
    this.isReady = true
    this.notify("notebookDocument/didOpen", this.sync.open(this.cells))
  }

  private receive(bytes: Uint8Array): void {
    this.arrived += bytes.length
    this.stream.say({ type: "arrived", bytes: this.arrived })
    for (const message of this.reader.take(bytes)) this.hear(message)
  }

  private hear(message: Message): void {
    if (message.method === "textDocument/publishDiagnostics") this.published(message.params as Published)
    else if (message.method !== undefined && message.id !== undefined) this.say({ id: message.id, result: null })
    else if (typeof message.id === "number") {
      this.waiting.get(message.id)?.(message.result ?? null)
      this.waiting.delete(message.id)
    }
  }

  private published({ uri, version, diagnostics }: Published): void {
    const told = this.sync?.find(uri)
    if (!told || (version !== undefined && version !== told.version)) return
    const problems = readProblems(told.text, diagnostics)
    if (diagnostics.some(({ code }) => code === UNKNOWN_MODULE)) this.withoutModule.add(told.id)
    else this.withoutModule.delete(told.id)
    const before = this.results.get(told.id)
    const isSame = before?.text === told.text && JSON.stringify(before.problems) === JSON.stringify(problems)
    if (!isSame) this.results.set(told.id, { text: told.text, problems })
    this.telling ??= setTimeout(() => this.tell(), TOGETHER)
  }

  private tell(): void {
    this.telling = undefined
    const present = new Set(this.sync?.cells.map(({ id }) => id))
    for (const id of this.results.keys()) if (!present.has(id)) this.results.delete(id)
    this.missesModules = this.withoutModule.size > 0
    this.events.checked(new Map(this.results))
  }

  private ask(method: string, params: unknown): Promise<unknown> {
    this.asked += 1
    const id = this.asked
    const answered = new Promise((resolve) => this.waiting.set(id, resolve))
    this.say({ id, method, params })
    return answered
  }

  private notify(method: string, params: unknown): void {
    this.say({ method, params })
  }

  private say(message: Message): void {
    for (const piece of pieces(message)) this.stream.send(piece)
  }
}

function textOf(hover: Hover | null): string | undefined {
  const { contents } = hover ?? {}
  const value = typeof contents === "string" ? contents : (contents as { value?: unknown } | undefined)?.value
  return typeof value === "string" && !/^(?:Unknown|Any)?$/.test(value.trim()) ? value.trim() : undefined
}
