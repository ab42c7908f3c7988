/**
 * A cell's form, read from its comments as Colab reads them, and how a changed field changes the cell. Pure.
 *
 * `#@title`, `#@markdown` and `name = value #@param …` are lines of the source, so that a form is edited together,
 * undone and exported like any text. A field that changes replaces its value in its line and nothing else.
 */

import type { Piece } from "../document/textDiff"
import { type Choice, type Options, readAnnotation, readOptions, withoutOptions } from "./annotations"
import { readString, writeString } from "./literals"

export type FieldKind = "text" | "raw" | "choice" | "integer" | "number" | "slider" | "boolean" | "date"

export type Field = Readonly<{
  kind: FieldKind
  name: string
  /** As the field shows it: the text of a string, the code of anything else. */
  value: string
  choices: readonly string[]
  /** Of a choice: whether another value may be written as well. */
  allowsInput: boolean
  placeholder: string
  min: number
  max: number
  step: number
  /** Whether its value is written as a string. */
  isString: boolean
  /** Where the value stands in the source. */
  from: number
  to: number
}>

export type FormPart = Readonly<{ type: "markdown"; text: string } | { type: "field"; field: Field }>

export type Form = Readonly<{
  title: string
  parts: readonly FormPart[]
  /** A changed field runs the cell again. */
  runsItself: boolean
  hidesCode: boolean
  /** What the cell prints stands below the form, not beside it. */
  isVertical: boolean
}>

/** Cheap enough to ask of each cell at each key press. */
export const HAS_FORM = /^[^\n]*#\s?@(?:param|title|markdown)\b/m

const TITLE = /^\s*#\s?@title\b(.*)$/
const MARKDOWN = /^\s*#\s?@markdown\b ?(.*)$/
const PARAM =
  /^(\s*([\p{L}_][\p{L}\p{N}_]*)\s*(?::[^=#]+)?=(?!=)\s*)((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^#"'])*?)\s*#\s?@param\b(.*)$/u
const LIMITS = { min: 0, max: 100, step: 1 }

/** The form of a cell, or undefined when it has none. */
export function readForm(source: string): Form | undefined {
  if (!HAS_FORM.test(source)) return undefined
  let title: string | undefined
  let options: Options = {}
  const parts: FormPart[] = []
  let at = 0
  for (const line of source.split("\n")) {
    const [, heading] = TITLE.exec(line) ?? []
    const [, text] = MARKDOWN.exec(line) ?? []
    const field = readField(line, at)
    if (heading !== undefined && title === undefined) {
      title = withoutOptions(heading)
      options = readOptions(heading)
    } else if (text !== undefined) {
      addMarkdown(parts, text)
    } else if (field) {
      parts.push({ type: "field", field })
    }
    at += line.length + 1
  }
  if (title === undefined && parts.length === 0) return undefined
  return {
    title: title ?? "",
    parts,
    runsItself: options["run"] === "auto",
    hidesCode: options["display-mode"] === "form",
    isVertical: options["vertical-output"] === true,
  }
}

/** How the source changes when `field` gets the value that a person chose; undefined when it may not have it. */
export function changeField(source: string, field: Field, value: string): Piece[] | undefined {
  const code = codeFor(field, value)
  if (code === undefined || source.slice(field.from, field.to) === code) return undefined
  const pieces: Piece[] = [
    { kind: "same", text: source.slice(0, field.from) },
    { kind: "gone", text: source.slice(field.from, field.to) },
    { kind: "new", text: code },
    { kind: "same", text: source.slice(field.to) },
  ]
  return pieces.filter(({ text }) => text !== "")
}

/** Whether a field may have this value. */
export function mayBe(field: Field, value: string): boolean {
  return codeFor(field, value) !== undefined
}

/** Lines of markdown that follow each other are one text. */
function addMarkdown(parts: FormPart[], text: string): void {
  const last = parts.at(-1)
  if (last?.type === "markdown") parts[parts.length - 1] = { type: "markdown", text: `${last.text}\n${text}` }
  else parts.push({ type: "markdown", text })
}

function readField(line: string, at: number): Field | undefined {
  const [, before, name, code, annotation] = PARAM.exec(line) ?? []
  if (before === undefined || name === undefined || code === undefined) return undefined
  const { choices, options } = readAnnotation(annotation ?? "")
  const type = String(options["type"] ?? (choices ? "string" : "raw"))
  const isString = type === "string" || type === "date"
  return {
    kind: kindOf(type, choices),
    name,
    value: isString ? (readString(code) ?? code) : code,
    choices: (choices ?? []).map(({ text }) => text),
    allowsInput: options["allow-input"] === true,
    placeholder: String(options["placeholder"] ?? ""),
    min: limit(options, "min"),
    max: limit(options, "max"),
    step: limit(options, "step"),
    isString,
    from: at + before.length,
    to: at + before.length + code.length,
  }
}

function kindOf(type: string, choices: readonly Choice[] | undefined): FieldKind {
  if (choices) return "choice"
  if (type === "string") return "text"
  return type === "integer" || type === "number" || type === "slider" || type === "boolean" || type === "date"
    ? type
    : "raw"
}

function limit(options: Options, name: keyof typeof LIMITS): number {
  const value = options[name]
  return typeof value === "number" ? value : LIMITS[name]
}

/** The value as Python code; undefined where it is none of its kind. */
function codeFor(field: Field, value: string): string | undefined {
  switch (field.kind) {
    case "integer":
      return /^[+-]?\d+$/.test(value.trim()) ? withoutZeros(value.trim()) : undefined
    case "number":
    case "slider":
      return value.trim() !== "" && Number.isFinite(Number(value)) ? withoutZeros(value.trim()) : undefined
    case "boolean":
      return value === "True" || value === "False" ? value : undefined
    default:
      if (field.isString) return writeString(value)
      return isReadBack(value.trim()) ? value.trim() : undefined
  }
}

/** Python takes no `007`. */
function withoutZeros(literal: string): string {
  return literal.replace(/^([+-]?)0+(?=\d)/, "$1")
}

/** A comment or a quote that is still open would swallow the annotation, and the field would be gone as one types. */
function isReadBack(code: string): boolean {
  return code !== "" && !/[\n\r]/.test(code) && PARAM.exec(`x = ${code} #@param`)?.[3] === code
}
