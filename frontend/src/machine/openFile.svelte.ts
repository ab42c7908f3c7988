/** A text file of my machine that is open beside the cells. */

import { words } from "../lib/i18n"
import { get } from "../protocol/http"
import { ConnectionLost, Refused } from "../protocol/frames"
import type { MachineFiles } from "./files.svelte"

export const LARGEST_TEXT = 2 * 1024 * 1024

export type FileState = "loading" | "open" | "failed"

export class OpenFile {
  state = $state<FileState>("loading")
  problem = $state("")
  /** What was typed is not in the machine yet. */
  isChanged = $state(false)
  isSaving = $state(false)
  /** The machine has another version than the one that is shown here. */
  isOutdated = $state(false)
  text = $state.raw("")
  private version: string | undefined

  constructor(
    private readonly files: MachineFiles,
    readonly path: string,
    private readonly size: number,
  ) {}

  get name(): string {
    return this.path.slice(this.path.lastIndexOf("/") + 1)
  }

  async load(): Promise<void> {
    if (this.size > LARGEST_TEXT) return this.fail(words.machine.tooLargeToEdit)
    try {
      const response = await get(this.files.address(this.path))
      const version = response.headers.get("ETag")?.replaceAll('"', "")
      const bytes = await response.arrayBuffer()
      if (bytes.byteLength > LARGEST_TEXT) return this.fail(words.machine.tooLargeToEdit)
      this.text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
      this.version = version
      this.isChanged = this.isOutdated = false
      this.state = "open"
    } catch (problem) {
      if (problem instanceof TypeError) this.fail(words.machine.noText)
      else if (problem instanceof Refused || problem instanceof ConnectionLost) this.fail(problem.message)
      else throw problem
    }
  }

  /** Save what is in the editor; with `anyway`, over whatever the machine has. */
  async save(text: string, anyway = false): Promise<void> {
    this.isSaving = true
    this.problem = ""
    try {
      this.version = await this.files.save(this.path, text, anyway ? undefined : this.version)
      this.text = text
      this.isChanged = this.isOutdated = false
    } catch (problem) {
      if (!(problem instanceof Refused || problem instanceof ConnectionLost)) throw problem
      if (problem instanceof Refused && problem.code === "file-changed") this.isOutdated = true
      else this.problem = problem.message
    } finally {
      this.isSaving = false
    }
  }

  /** Look whether the machine has another version by now. */
  async look(): Promise<void> {
    if (this.state !== "open" || this.isSaving) return
    const version = await this.files.version(this.path).catch(() => this.version)
    if (this.isSaving || version === this.version) return
    if (this.isChanged) this.isOutdated = true
    else await this.load()
  }

  private fail(sentence: string): void {
    this.problem = sentence
    this.state = "failed"
  }
}
