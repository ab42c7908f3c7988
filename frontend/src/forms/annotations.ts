/** What stands behind `#@param`: a list of choices, and options in braces. Lenient, as Colab is. Pure. */

export type Scalar = string | number | boolean
export type Options = Readonly<Record<string, Scalar>>
/** A choice as it is written, and whether it stands in quotes. */
export type Choice = Readonly<{ text: string; isQuoted: boolean }>
export type Annotation = Readonly<{ choices: readonly Choice[] | undefined; options: Options }>

const QUOTED = String.raw`"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'`
const LIST = new RegExp(String.raw`^\s*\[((?:${QUOTED}|[^\]"'])*)\]`)
const ITEM = new RegExp(String.raw`(${QUOTED})|([^,\s][^,]*)`, "g")
const BRACES = new RegExp(String.raw`\{((?:${QUOTED}|[^}"'])*)\}\s*$`)
const PAIR = new RegExp(String.raw`([\w-]+|${QUOTED})\s*:\s*(${QUOTED}|[^,\s}]+)`, "g")

export function readAnnotation(text: string): Annotation {
  const list = LIST.exec(text)
  return {
    choices: list ? readChoices(list[1] ?? "") : undefined,
    options: readOptions(text.slice(list?.[0].length ?? 0)),
  }
}

export function readOptions(text: string): Options {
  const inside = BRACES.exec(text)?.[1] ?? ""
  return Object.fromEntries(
    [...inside.matchAll(PAIR)].map(([, name = "", value = ""]) => [unquoted(name), scalar(value)]),
  )
}

/** What of `text` is no option: the words of a title. */
export function withoutOptions(text: string): string {
  return text.replace(BRACES, "").trim()
}

function readChoices(inside: string): readonly Choice[] {
  return [...inside.matchAll(ITEM)].map(([, quoted, bare]) =>
    quoted === undefined ? { text: (bare ?? "").trim(), isQuoted: false } : { text: unquoted(quoted), isQuoted: true },
  )
}

function scalar(text: string): Scalar {
  if (text === "true" || text === "false") return text === "true"
  return /^["']/.test(text) || Number.isNaN(Number(text)) ? unquoted(text) : Number(text)
}

function unquoted(text: string): string {
  return /^["']/.test(text) ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text
}
