/**
 * What a language server is told of a notebook: its cells of code at first, then how they have changed. Pure.
 *
 * A cell that moves gets a new address, as if it were another one: servers differ in what they make of a move.
 */

export type CellText = Readonly<{ id: string; text: string }>
export type Told = Readonly<{ id: string; uri: string; version: number; text: string }>

type Texts = Readonly<{ uri: string; languageId: "python"; version: number; text: string }>
type CellsChange = Readonly<{
  structure?: unknown
  textContent?: readonly unknown[]
}>

export class NotebookSync {
  cells: readonly Told[] = []
  private count = 0
  private version = 0

  constructor(private readonly folder: string) {}

  private get uri(): string {
    return `file://${this.folder}/notebook.ipynb`
  }

  find(uri: string): Told | undefined {
    return this.cells.find((cell) => cell.uri === uri)
  }

  /** What `notebookDocument/didOpen` says. */
  open(cells: readonly CellText[]): unknown {
    this.cells = cells.map((cell) => this.fresh(cell))
    const notebook = { uri: this.uri, notebookType: "jupyter-notebook", version: this.version }
    return {
      notebookDocument: { ...notebook, cells: this.cells.map(place) },
      cellTextDocuments: this.cells.map(contents),
    }
  }

  /** What `notebookDocument/didChange` says; nothing when nothing has changed. */
  change(now: readonly CellText[]): unknown {
    const before = this.cells
    const first = common(before, now)
    const last = common(before.slice(first).reverse(), now.slice(first).reverse())
    const closed = before.slice(first, before.length - last)
    const kept = [...before.slice(0, first), ...before.slice(before.length - last)]
    const changed: Told[] = []
    const after = [...now.slice(0, first), ...now.slice(now.length - last)].map((cell, index) => {
      const old = kept[index] as Told
      if (old.text === cell.text) return old
      const next = { ...old, version: old.version + 1, text: cell.text }
      changed.push(next)
      return next
    })
    const opened = now.slice(first, now.length - last).map((cell) => this.fresh(cell))
    this.cells = [...after.slice(0, first), ...opened, ...after.slice(first)]
    const cells: CellsChange = {
      ...((closed.length > 0 || opened.length > 0) && { structure: splice(first, closed, opened) }),
      ...(changed.length > 0 && { textContent: changed.map(whole) }),
    }
    if (!cells.structure && !cells.textContent) return undefined
    this.version += 1
    return { notebookDocument: { uri: this.uri, version: this.version }, change: { cells } }
  }

  private fresh({ id, text }: CellText): Told {
    this.count += 1
    return { id, uri: `vscode-notebook-cell:${this.folder}/notebook.ipynb#${String(this.count)}`, version: 1, text }
  }
}

/** How many cells both lists begin with. */
function common(one: readonly CellText[], other: readonly CellText[]): number {
  let count = 0
  while (count < one.length && count < other.length && one[count]?.id === other[count]?.id) count += 1
  return count
}

function splice(start: number, closed: readonly Told[], opened: readonly Told[]): unknown {
  return {
    array: { start, deleteCount: closed.length, cells: opened.map(place) },
    didOpen: opened.map(contents),
    didClose: closed.map(({ uri }) => ({ uri })),
  }
}

function place({ uri }: Told) {
  return { kind: 2, document: uri }
}

function contents({ uri, version, text }: Told): Texts {
  return { uri, languageId: "python", version, text }
}

function whole({ uri, version, text }: Told) {
  return { document: { uri, version }, changes: [{ text }] }
}

export type Position = Readonly<{ line: number; character: number }>

/** Where in the text a position is; offsets and positions both count in UTF-16. */
export function offsetOf(text: string, { line, character }: Position): number {
  let start = 0
  for (let passed = 0; passed < line; passed += 1) {
    const end = text.indexOf("\n", start)
    if (end < 0) return text.length
    start = end + 1
  }
  const end = text.indexOf("\n", start)
  return Math.min(start + character, end < 0 ? text.length : end)
}

export function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split("\n")
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
}
