/** The open notebook: its document, its runs, my machine, and what is selected, put together. */

import { readPreferences, type Preferences } from "../lib/preferences.svelte"
import type { Prefill } from "../feedback/context"
import { canComment, type Author, type Boot } from "../lib/boot"
import { words } from "../lib/i18n"
import { followLink } from "../comments/actions"
import { Comments } from "../comments/comments.svelte"
import { Cells, type Cell } from "../document/cells.svelte"
import { NotebookDocument } from "../document/document"
import { PendingEdits } from "../document/pending"
import { DocumentProvider } from "../document/provider.svelte"
import { ConnectionLost, Refused } from "../protocol/frames"
import type { ExecutionResult, NotebookFrame, PageCall, RuntimeRow } from "../protocol/frames"
import { get } from "../protocol/http"
import { NO_ACCESS, SIGN_IN_AGAIN, socketAddress } from "../protocol/socket"
import { MachineFiles } from "../machine/files.svelte"
import { LanguageHelp } from "../language/help.svelte"
import { lookInside, machineOf } from "../machine/machine"
import { OpenFile } from "../machine/openFile.svelte"
import { answerCode } from "../machine/pageCalls"
import { Terminals } from "../machine/terminals.svelte"
import { Variables } from "../machine/variables.svelte"
import { RuntimeClient, type Run } from "../runtime/client.svelte"
import { Executions, type Execution } from "../runtime/executions.svelte"
import { Notices, type NoticeAction } from "../ui/notices.svelte"
import { NOTICE as PLAYGROUND_NOTICE, Playground } from "./playground.svelte"
import { Chunks } from "./chunks.svelte"
import type { Finder } from "./finder.svelte"
import { NotebookKernel } from "./notebookKernel.svelte"
import { cellTaken } from "./cellActions"
import { followCellLink } from "./cellLinks"
import { Dragging } from "./dragging.svelte"
import { offerRecovered } from "./recoveredActions"
import { runAll } from "./runActions"
import type { Dialog, LeftPanel, Panel } from "./places"
import { Sections } from "./sections.svelte"
import { Selection } from "./selection.svelte"
import { Widgets } from "./widgets"

export type { Dialog, LeftPanel, Panel } from "./places"

export class Page {
  name = $state("")
  dialog = $state<Dialog>()
  panel = $state<Panel>()
  leftPanel = $state<LeftPanel>()
  isTerminalOpen = $state(false)
  /** Of the terminals below the cells, in rem. */
  drawerHeight = $state(18)
  /** A file of the machine that is open beside the cells. */
  file = $state.raw<OpenFile>()
  /** What code waits for, while the dialog asks for it. */
  wanted = $state.raw<PageCall>()
  /** Find and replace, once it was opened. */
  finder = $state.raw<Finder>()
  isFinding = $state(false)
  /** What the feedback dialog begins with. */
  feedback = $state.raw<Prefill>()
  /** An older version lies over the cells. */
  isReviewing = $state(false)
  /** Why the notebook could not be opened. */
  failure = $state<string>()
  /** Another notebook once the page has gone on in a copy. */
  boot = $state.raw() as Boot
  /** What was to be run when its reader was asked whether they trust the author. */
  untrusted: (() => void) | undefined
  readonly document = new NotebookDocument()
  readonly cells = new Cells(this.document, (cell, index) => {
    if (this.selection.current === cell.id) cellTaken(this, cell, index)
  })
  readonly kernel = new NotebookKernel(this.document)
  readonly selection = new Selection()
  readonly sections = new Sections(this.cells)
  readonly dragging = new Dragging(this)
  readonly chunks = new Chunks(this.cells, this.selection)
  readonly notices = new Notices()
  readonly preferences: Preferences
  readonly provider: DocumentProvider
  readonly executions: Executions
  readonly runtime: RuntimeClient
  readonly files: MachineFiles
  readonly terminals: Terminals
  readonly variables: Variables
  /** Those of the notebook that the page shows now. */
  comments = $state.raw() as Comments
  readonly playground: Playground
  readonly widgets: Widgets
  readonly language = new LanguageHelp(this)
  private readonly listeners = new Map<string, Set<() => void>>()

  constructor(boot: Boot) {
    const { id, name } = boot.notebook
    this.boot = boot
    this.name = name
    this.playground = new Playground(this)
    this.preferences = readPreferences(String(boot.user.id), { theme: boot.theme, ...boot.settings }, boot.csrf)
    this.executions = new Executions({
      since: (executions) => this.askOutputs(executions),
      fetch: async (execution) => (await this.fetchOutputs(`?execution=${execution}`)).at(0),
    })
    const me = { id: String(boot.user.id), name: boot.user.name }
    this.provider = new DocumentProvider(
      socketAddress(`/ws/notebooks/${id}`),
      this.keptAs(id),
      this.document,
      new PendingEdits(),
      me,
      {
        frame: (frame) => this.heard(frame),
        connected: () => this.connected(),
        refused: (message) => this.notices.error(message, "edit"),
        accepted: () => this.notices.dismiss("edit"),
        replaced: () => void this.replaced(),
        notKept: () => this.notices.say("warning", words.errors.notKept),
        readOnlyEdit: () => void this.playground.enter(),
      },
    )
    // A part of the page that is fetched later is gone from the server after an update. Offline it only has to wait.
    addEventListener("vite:preloadError", () => {
      if (navigator.onLine) this.notices.say("warning", words.errors.partMissing, "build", reload())
    })
    this.provider.role = boot.role
    this.beginComments()
    this.whenChanged("comments", () => void this.comments.load())
    if (this.playground.isAhead) this.notices.say("info", words.playground.ahead(boot.owner.name), PLAYGROUND_NOTICE)
    if (boot.frozen != null) this.notices.say("warning", words.frozen(boot.frozen), "frozen")
    for (const notice of boot.notices ?? []) this.notices.say("info", notice)
    this.runtime = new RuntimeClient(socketAddress(`/ws/runtimes/${id}`), {
      kind: () => this.document.runtimeType,
      kernel: () => this.kernel.wish,
      execution: (row) => this.executions.row(row),
      refusedRun: (run, message, code) => this.runRefused(run, message, code),
      refused: (message, request, code) => this.requestRefused(message, request, code),
      changed: (before, now) => this.runtimeChanged(before, now),
      droppedComm: (size) => this.notices.say("warning", words.outputs.commTooLarge(Math.ceil(size / 2 ** 20)), "comm"),
      asked: (call) => void answerCode(this, call),
    })
    this.widgets = new Widgets(this)
    const machine = machineOf(this)
    this.files = new MachineFiles(machine)
    this.terminals = new Terminals(machine)
    this.variables = new Variables(machine)
  }

  /** The present cell, or the first. */
  get cell(): Cell | undefined {
    return this.cells.find(this.selection.current) ?? this.cells.list[0]
  }

  /** Under which name this browser keeps unsaved edits: whoever signs in next does not get what others left. */
  keptAs(notebook: string): string {
    return `${this.boot.user.id}/${notebook}`
  }

  /** A copy has comments of its own. */
  beginComments(): void {
    this.comments = new Comments(this.boot.notebook.id, this.cells, this.boot.csrf)
  }

  /** Call `listener` whenever `what`, which is not in the document, may be different; returns how to stop that. */
  whenChanged(what: string, listener: () => void): () => void {
    const listeners = this.listeners.get(what) ?? new Set()
    this.listeners.set(what, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  /** The run that a cell shows. */
  executionOf(cell: Cell): Execution | undefined {
    return cell.execution === undefined ? undefined : this.executions.get(cell.execution)
  }

  /** Whose work this is; nobody that we know of for a copy whose original is gone. */
  get author(): Author | null {
    const { playground, owner } = this.boot
    return playground ? playground.author : owner
  }

  /** This person's edits are taken, here or in a copy that their first one makes. */
  get canWrite(): boolean {
    return this.provider.mayEdit || this.playground.isAhead
  }

  async open(): Promise<void> {
    try {
      const results = this.fetchOutputs("").catch(() => []) // then the socket is asked for them
      await this.provider.load(await this.fetchDocument())
      this.sections.folded = new Set(this.document.foldedSections)
      this.executions.load(await results)
      this.notices.dismiss("opening")
      await this.comments.load()
      followLink(this)
      followCellLink(this)
      // What was written here before there was a copy, or before this became somebody who may only view.
      if (this.provider.saveState !== "saved") void this.playground.enter()
      if (this.provider.recovered.length > 0) offerRecovered(this)
    } catch (problem) {
      if (!(problem instanceof Refused || problem instanceof ConnectionLost)) throw problem
      if (problem instanceof Refused && Number(problem.code) < 500) this.failure = problem.message
      else await this.openAgain(problem.message)
    }
  }

  /** Show a file of the machine beside the cells. */
  openFile(path: string, size: number): void {
    if (this.file?.isChanged && this.file.path !== path && !confirm(words.machine.leaveChanged(this.file.name))) return
    if (this.file?.path !== path) this.file = new OpenFile(this.files, path, size)
    this.panel = "file"
    if (matchMedia("(max-width: 48rem)").matches) this.leftPanel = undefined // they would lie over each other
  }

  /** Tell those who run the platform something. */
  sendFeedback(prefill?: Prefill): void {
    this.feedback = prefill
    this.dialog = "feedback"
  }

  /** Say what went wrong with something that a person asked for. */
  report(problem: unknown): void {
    if (!(problem instanceof Refused || problem instanceof ConnectionLost)) throw problem
    this.notices.error(problem.message)
  }

  /** False, and a sentence, when this person may only look. */
  mayEdit(): boolean {
    if (!this.canWrite) this.notices.error(words.errors.readOnly)
    return this.canWrite
  }

  get canComment(): boolean {
    return canComment(this.provider.role)
  }

  mayComment(): boolean {
    if (!this.canComment) this.notices.error(words.comments.mayNot)
    return this.canComment
  }

  /** The same for what a machine is needed for, and there is none for what one may only view. */
  mayRun(): boolean {
    if (!this.canWrite) this.notices.error(words.runtime.mayNotRun)
    void this.playground.enter()
    return this.canWrite
  }

  retry(): void {
    this.playground.retry()
    this.provider.retry()
    this.runtime.retry()
  }

  /** The platform is down or restarts: go on trying, as the sockets do. */
  private async openAgain(reason: string): Promise<void> {
    this.notices.say("warning", `${reason} ${words.loadingSlow}`, "opening")
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    await this.open()
  }

  private get api(): string {
    return `/api/notebooks/${this.boot.notebook.id}`
  }

  private async fetchDocument(): Promise<{ epoch: number; update: Uint8Array }> {
    const response = await get(`${this.api}/document`)
    const epoch = Number(response.headers.get("X-Tomoni-Epoch"))
    return { epoch, update: new Uint8Array(await response.arrayBuffer()) }
  }

  private async fetchOutputs(query: string): Promise<ExecutionResult[]> {
    const response = await get(`${this.api}/outputs${query}`)
    const { executions } = (await response.json()) as { executions: Record<string, ExecutionResult> }
    return Object.values(executions)
  }

  private async askOutputs(executions: Record<string, number>): Promise<boolean> {
    try {
      await this.provider.request({ type: "outputs_since", executions })
      return true
    } catch {
      return false
    }
  }

  /** A new connection: whatever was hinted at in between was not heard. */
  private connected(): void {
    this.executions.reconnected()
    for (const listeners of this.listeners.values()) for (const listener of listeners) listener()
  }

  private heard(frame: NotebookFrame): void {
    switch (frame.type) {
      case "changed":
        for (const listener of this.listeners.get(frame.what) ?? []) listener()
        break
      case "hello":
        this.name = frame.name
        if (frame.build && this.boot.build && frame.build !== this.boot.build) {
          this.notices.say("info", words.errors.newBuild, "build", reload())
        }
        break
      case "execution":
        this.executions.row(frame.execution)
        break
      case "ops":
        this.executions.operations(frame)
        break
      case "outputs":
        void this.executions.fetch(frame.execution).catch((problem: unknown) => this.report(problem))
        break
      case "notebook":
        this.name = frame.name
        break
      case "role":
        if (this.provider.mayEdit) this.notices.dismiss(PLAYGROUND_NOTICE)
        // Only an administrator makes a notebook's owner a viewer; the page says why when it is opened anew.
        else if (frame.role === "viewer" && this.boot.owner.id === this.boot.user.id && this.boot.frozen == null) {
          location.reload()
        }
        break
    }
  }

  /** Reload once by itself; a page that finds the same again would reload for ever. */
  private async replaced(): Promise<void> {
    await this.provider.whenKept()
    const last = Number(sessionStorage.getItem("tomoni.reloaded"))
    if (Date.now() - last < 10_000 || this.provider.wouldLose) {
      this.notices.say("warning", words.errors.replaced, "replaced", reload())
      return
    }
    sessionStorage.setItem("tomoni.reloaded", String(Date.now()))
    location.reload()
  }

  private runRefused(run: Run, message: string, code: string): void {
    const execution = this.executions.get(run.execution)
    execution.state = "aborted"
    execution.reason = message
    if (message) this.notices.error(message, message, this.wayOut("run", code))
  }

  private requestRefused(message: string, request: string, code: string): void {
    this.notices.say("error", message, request, this.wayOut(request, code))
  }

  /** What helps against a refusal: what cannot be interrupted can still be restarted. */
  private wayOut(request: string, code: string): NoticeAction | undefined {
    if (code === "other-kernel" || (request === "interrupt" && code === "timeout")) return this.restartAction()
    if (code !== "no-kernel") return undefined
    return { label: words.machines.typeTitle, run: () => (this.dialog = "runtimeType") }
  }

  private restartAction(): NoticeAction {
    return { label: words.commands.restart, run: () => void this.runtime.restart() }
  }

  private runtimeChanged(before: RuntimeRow | null, now: RuntimeRow | null): void {
    if (before && before.id !== now?.id) {
      this.files.forget()
      this.terminals.forget()
      this.variables.forget()
    }
    if (before?.kernel === "busy" && now?.kernel === "idle" && this.leftPanel) void lookInside(this)
    if (now?.state === "gone" && before && before.state !== "gone") {
      const { reason } = now.reason ? now : before
      if (reason !== "user" && reason !== "reset") this.sayGone(now, reason)
    } else if (now?.kernel === "dead" && before?.kernel !== "dead") {
      this.notices.say("warning", this.whyKernelDied(now), "runtime", this.restartAction())
    } else if ((before?.kernel === "dead" && now?.kernel !== "dead") || (now && before?.id !== now.id)) {
      this.notices.dismiss("runtime")
    }
  }

  /** What happened to the machine, and how to go on. */
  private sayGone(runtime: RuntimeRow, reason: string): void {
    const times = { idle: runtime.idle_seconds, lifetime: runtime.lifetime_seconds }
    const connect = { label: words.runtime.reconnect, run: () => void this.runtime.connect() }
    const again = { label: words.runtime.reconnectAndRun, run: () => runAll(this) }
    this.notices.say("warning", words.runtime.gone(reason, times), "runtime", connect, again)
  }

  private whyKernelDied(runtime: RuntimeRow): string {
    if (runtime.cause !== "oom") return words.runtime.kernelDied
    // What began last: its own end may be told a moment later than the kernel's.
    const last = this.executions.lastBegun?.id
    const place = this.cells.list.findIndex((cell) => last !== undefined && cell.execution === last)
    return words.runtime.outOfMemory(place < 0 ? undefined : place + 1)
  }
}

function reload(): NoticeAction {
  return { label: words.errors.reload, run: () => location.reload() }
}

/** What a refused connection means, for a person. */
export function sentenceForClose(code: number): string | undefined {
  if (code === SIGN_IN_AGAIN) return words.errors.signInAgain
  return code === NO_ACCESS ? words.errors.notFound : undefined
}
