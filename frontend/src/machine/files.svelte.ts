/** The files of my machine as the Files pane shows them: folders that are open, and files on their way in. */

import { SvelteMap, SvelteSet } from "svelte/reactivity"

import { words } from "../lib/i18n"
import { ConnectionLost, Refused, type PageRequest, type Reply } from "../protocol/frames"
import type { MachineStream, StreamEvents, StreamRequest } from "./stream"
import { Upload } from "./upload.svelte"

export const CONTENT = "/content"

export type Kind = "file" | "folder" | "link" | "other"
export type Entry = Readonly<{
  name: string
  kind: Kind
  size: number
  modified: number
  version: string
  /** What a link leads to; nothing for one that leads nowhere. */
  to?: Kind | ""
  /** Its name is in no encoding: shown approximately, and left to the terminal. */
  strange?: boolean
}>
export type Folder = Readonly<{ entries: readonly Entry[]; count: number; writable: boolean }>

export type FilesWork = "list" | "stat" | "new" | "rename" | "delete"

export type Machine = Readonly<{
  request: (request: PageRequest) => Promise<Reply>
  stream: (request: StreamRequest, events: StreamEvents) => MachineStream
  /** Where a file is downloaded from. */
  address: (path: string) => string
  report: (sentence: string) => void
}>

export class MachineFiles {
  root = $state(CONTENT)
  /** The folder in which code runs: what `%cd` went to. */
  present = $state<string>()
  problem = $state("")
  readonly folders = new SvelteMap<string, Folder>()
  readonly opened = new SvelteSet<string>()
  uploads = $state.raw<readonly Upload[]>([])
  private isSending = false

  constructor(private readonly machine: Machine) {}

  /** Look again at every folder that is shown. */
  async refresh(): Promise<void> {
    await Promise.all([this.root, ...this.opened].map((path) => this.load(path)))
  }

  /** A new machine has other files. */
  forget(): void {
    this.folders.clear()
    this.opened.clear()
    this.root = CONTENT
    this.present = undefined
  }

  async toggle(path: string): Promise<void> {
    if (this.opened.delete(path)) return
    this.opened.add(path)
    await this.load(path)
  }

  async goTo(root: string): Promise<void> {
    this.root = root
    await this.load(root)
  }

  /** Code runs in another folder now: show it. */
  async follow(path: string): Promise<void> {
    const before = this.present
    this.present = path
    if (before === undefined || before === path) return
    if (!isBelow(path, this.root)) this.root = isBelow(path, CONTENT) ? CONTENT : "/"
    for (const folder of foldersTo(this.root, path)) this.opened.add(folder)
    await this.refresh()
  }

  async load(path: string): Promise<void> {
    try {
      this.folders.set(path, (await this.ask("list", path)) as unknown as Folder)
      if (path === this.root) this.problem = ""
    } catch (problem) {
      if (!(problem instanceof Refused || problem instanceof ConnectionLost)) throw problem
      this.folders.delete(path)
      this.opened.delete(path)
      if (path === this.root) this.problem = problem.message
    }
  }

  async make(folder: string, name: string, kind: "file" | "folder"): Promise<boolean> {
    return this.change(folder, () => this.ask("new", join(folder, name), { kind }))
  }

  async rename(folder: string, name: string, to: string): Promise<boolean> {
    return this.change(folder, () => this.ask("rename", join(folder, name), { to: join(folder, to) }))
  }

  async remove(folder: string, name: string): Promise<boolean> {
    return this.change(folder, () => this.ask("delete", join(folder, name)))
  }

  async version(path: string): Promise<string> {
    return String((await this.ask("stat", path))["version"])
  }

  ask(work: FilesWork, path: string, more: { to?: string; kind?: string } = {}): Promise<Reply> {
    return this.machine.request({ type: "files", do: work, path, ...more })
  }

  address(path: string): string {
    return this.machine.address(path)
  }

  /** Write a text over the version of a file that was read; resolves with its new version. */
  async save(path: string, text: string, version: string | undefined): Promise<string> {
    const upload = new Upload(path, new Blob([text]), this.machine.stream)
    upload.replace = true
    upload.version = version
    await upload.run()
    if (upload.state !== "done") throw new Refused(upload.problemCode, upload.problem || words.machine.uploadBroke)
    return upload.version ?? ""
  }

  /** Send these into a folder, one after the other; `name` may have folders in it. */
  async upload(folder: string, files: readonly { name: string; data: Blob }[]): Promise<void> {
    const uploads = files.map(({ name, data }) => new Upload(join(folder, name), data, this.machine.stream))
    this.uploads = [...this.uploads.filter((upload) => !upload.isOver), ...uploads]
    await this.makeFolders(folder, files)
    await Promise.all(uploads.map((upload) => this.askBefore(upload)))
    await this.sendAll()
  }

  replace(upload: Upload): void {
    upload.replace = true
    upload.state = "waiting"
    void this.sendAll()
  }

  forgetUploads(): void {
    this.uploads = this.uploads.filter((upload) => !upload.isOver)
  }

  get isUploading(): boolean {
    return this.uploads.some((upload) => upload.state === "sending" || upload.state === "waiting")
  }

  private async sendAll(): Promise<void> {
    if (this.isSending) return
    this.isSending = true
    for (;;) {
      const next = this.uploads.find((upload) => upload.state === "waiting")
      if (!next) break
      await next.run()
      const folder = parentOf(next.path)
      if (this.folders.has(folder)) await this.load(folder)
    }
    this.isSending = false
  }

  /** What is there already is replaced only by who says so. */
  private async askBefore(upload: Upload): Promise<void> {
    const found = await this.ask("stat", upload.path).catch(() => undefined)
    if (found && upload.state === "waiting") upload.state = "asking"
  }

  private async makeFolders(folder: string, files: readonly { name: string }[]): Promise<void> {
    const wanted = new Set(files.flatMap(({ name }) => foldersTo(folder, parentOf(join(folder, name)))))
    for (const path of [...wanted].sort()) {
      // One that is there already is as good; what else goes wrong is said by the files in it.
      await this.ask("new", path, { kind: "folder" }).catch(() => undefined)
    }
    if (wanted.size > 0) await this.load(folder)
  }

  private async change(folder: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (problem) {
      if (!(problem instanceof Refused || problem instanceof ConnectionLost)) throw problem
      this.machine.report(problem.message)
      return false
    } finally {
      await this.load(folder)
    }
  }
}

export function join(folder: string, name: string): string {
  return folder === "/" ? `/${name}` : `${folder}/${name}`
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/"
}

export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`)
}

/** The folders on the way from `root` down to `path`, without the first and with the last. */
export function foldersTo(root: string, path: string): string[] {
  if (path === root || !isBelow(path, root)) return []
  return [...foldersTo(root, parentOf(path)), path]
}

/** A name as it can be shown: what would move the caret or turn the writing round becomes a picture of itself. */
export function shownName(name: string): string {
  return name.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x20 ? String.fromCodePoint(0x2400 + code) : "\ufffd"
  })
}

export function isFolder(entry: Entry): boolean {
  return entry.kind === "folder" || entry.to === "folder"
}
