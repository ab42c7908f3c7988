/** The kernel that the notebook asks for, by its metadata as Jupyter and Colab write them; everybody in it shares it. */

import { type NotebookDocument, plainRecord } from "../document/document"
import type { Kernel, KernelWish } from "../protocol/machines"

const PYTHON: Kernel = { name: "python3", display_name: "Python 3", language: "python" }

export class NotebookKernel {
  current = $state.raw<Kernel>(PYTHON)

  constructor(private readonly document: NotebookDocument) {
    document.meta.observe(() => this.read())
    this.read()
  }

  /** The language of its code, in small letters. */
  get language(): string {
    const { language, name } = this.current
    return language.toLowerCase() || (/^i?python/.test(name) || !name ? PYTHON.language : "")
  }

  /** For the platform, which knows what its machines have. */
  get wish(): KernelWish {
    const { name, language } = this.current
    return { ...(name && { kernel: name }), ...(language && { language }) }
  }

  private read(): void {
    const spec = plainRecord(this.document.meta.get("kernelspec"))
    const info = plainRecord(this.document.meta.get("language_info"))
    const name = text(spec?.["name"])
    this.current = {
      name,
      display_name: text(spec?.["display_name"]) || name,
      language: text(info?.["name"]) || text(spec?.["language"]),
    }
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : ""
}
