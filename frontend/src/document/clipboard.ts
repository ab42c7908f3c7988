/**
 * Cells on the clipboard: as JSON for another notebook of ours, and as text for everything else.
 *
 * One cell is its source. Several are a script in the "percent" format that Jupytext, VS Code and Spyder read, so that
 * a text editor in between loses nothing but results.
 */

import type { CellContent, CellType } from "./document"

/** Only pages of our own origin read it. */
export const MIME = "application/vnd.tomoni.cells+json"

/** Cells, and the notebook that they come from: results are shown again only there. */
export type Copied = Readonly<{ notebook: string; cells: readonly CellContent[] }>

const MARKER = /^# ?%%(?: .*?)?(?:\[(markdown|raw)\])?.*$/

export function writeJson(copied: Copied): string {
  return JSON.stringify(copied)
}

/** What a page put there; undefined for anything else, since any page of this origin may have written it. */
export function readJson(text: string): Copied | undefined {
  const { notebook, cells } = parsed(text)
  if (typeof notebook !== "string" || !Array.isArray(cells)) return undefined
  const found = cells.map(readCell).filter((cell) => cell !== undefined)
  return found.length > 0 ? { notebook, cells: found } : undefined
}

export function writeText(cells: readonly CellContent[]): string {
  return cells.length === 1 ? (cells[0]?.source ?? "") : writeScript(cells)
}

/** All cells as one script in the percent format. */
export function writeScript(cells: readonly CellContent[]): string {
  return cells
    .map(({ type, source }) => `${marker(type)}\n${type === "code" ? source : commented(source)}`)
    .join("\n\n")
}

/** A script with markers is several cells; any other text is one. */
export function readText(text: string, type: CellType): CellContent[] {
  const lines = text.replace(/\r\n?/g, "\n").split("\n")
  if (!lines.some((line) => MARKER.test(line))) return text.trim() ? [{ type, source: lines.join("\n") }] : []
  const cells: { type: CellType; lines: string[] }[] = []
  for (const line of lines) {
    const found = MARKER.exec(line)
    if (found) cells.push({ type: found[1] === "markdown" || found[1] === "raw" ? found[1] : "code", lines: [] })
    else if (cells.length > 0) cells.at(-1)?.lines.push(line)
    else if (line.trim()) cells.push({ type: "code", lines: [line] })
  }
  return cells.map(({ type: kind, lines: own }) => ({
    type: kind,
    source: (kind === "code" ? own : own.map((line) => line.replace(/^# ?/, ""))).join("\n").replace(/^\n+|\n+$/g, ""),
  }))
}

function marker(type: CellType): string {
  return type === "code" ? "# %%" : `# %% [${type}]`
}

function commented(source: string): string {
  return source
    .split("\n")
    .map((line) => (line ? `# ${line}` : "#"))
    .join("\n")
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

function readCell(value: unknown): CellContent | undefined {
  if (!isRecord(value) || typeof value["source"] !== "string") return undefined
  const { type, source, metadata, attachments, execution } = value
  return {
    type: type === "markdown" || type === "raw" ? type : "code",
    source,
    metadata: isRecord(metadata) ? metadata : {},
    attachments: isRecord(attachments) ? (attachments as CellContent["attachments"]) : undefined,
    execution: typeof execution === "string" ? execution : undefined,
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
