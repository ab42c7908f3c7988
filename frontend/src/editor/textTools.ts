/** What the buttons above a text cell do to its Markdown. Pure: a text and what is selected in it, before and after. */

export type Selected = Readonly<{ text: string; from: number; to: number }>
/** Replace a piece of the text; then this is selected. */
export type Edit = Readonly<{ from: number; to: number; insert: string; anchor: number; head: number }>
export type Tool = (selected: Selected) => Edit

/** Put marks around the selection, or take them away where they are. */
export function wrap(open: string, close = open): Tool {
  return ({ text, from, to }) => {
    const inner = text.slice(from, to)
    const isOutside = text.slice(from - open.length, from) === open && text.slice(to, to + close.length) === close
    if (isOutside && !isLonger(text, from, to, open)) {
      const start = from - open.length
      return { from: start, to: to + close.length, insert: inner, anchor: start, head: start + inner.length }
    }
    const start = from + open.length
    return { from, to, insert: open + inner + close, anchor: start, head: start + inner.length }
  }
}

/** `**` around the selection are no `*`. */
function isLonger(text: string, from: number, to: number, mark: string): boolean {
  if (mark !== "*") return false
  return text.slice(from - 2, from) === "**" && text.slice(from - 3, from) !== "***" && text.slice(to, to + 2) === "**"
}

/** No heading, then a large one, smaller ones, and none again. */
export const heading: Tool = (selected) => {
  const { text, from, to } = lines(selected)
  const line = text.slice(from, to)
  const level = /^(#{1,6}) /.exec(line)?.[1]?.length ?? 0
  const bare = line.replace(/^#{1,6} /, "")
  const insert = level >= 3 ? bare : `${"#".repeat(level + 1)} ${bare}`
  return { from, to, insert, anchor: from + insert.length, head: from + insert.length }
}

/** A sign before each line of the selection, or none where all have it. */
export function prefix(sign: (index: number) => string, present: RegExp): Tool {
  return (selected) => {
    const { text, from, to } = lines(selected)
    const all = text.slice(from, to).split("\n")
    const isThere = all.every((line) => present.test(line))
    const insert = all.map((line, at) => (isThere ? line.replace(present, "") : sign(at) + line)).join("\n")
    const isOne = all.length === 1
    return { from, to, insert, anchor: isOne ? from + insert.length : from, head: from + insert.length }
  }
}

export const bullets = prefix(() => "* ", /^[*+-] /)
export const numbers = prefix((index) => `${String(index + 1)}. `, /^\d+[.)] /)
export const quote = prefix(() => "> ", /^> ?/)

/** A line across, on lines of its own. */
export const rule: Tool = ({ text, to }) => {
  const before = to === 0 || text.slice(0, to).endsWith("\n\n") ? "" : text.slice(0, to).endsWith("\n") ? "\n" : "\n\n"
  const insert = `${before}---\n`
  return { from: to, to, insert, anchor: to + insert.length, head: to + insert.length }
}

/** Code of several lines is a block. */
export const code: Tool = (selected) => {
  const inner = selected.text.slice(selected.from, selected.to)
  return (inner.includes("\n") ? wrap("```\n", "\n```") : wrap("`"))(selected)
}

/** Words with an address, the address selected; an address that was selected is used. */
export function link(words: string): Tool {
  return ({ text, from, to }) => {
    const inner = text.slice(from, to)
    const isAddress = /^https?:\/\/\S+$/.test(inner)
    const [label, address] = isAddress ? [words, inner] : [inner || words, "https://"]
    const insert = `[${label}](${address})`
    const start = isAddress ? from + 1 : from + label.length + 3
    return { from, to, insert, anchor: start, head: start + (isAddress ? label : address).length }
  }
}

/** The whole lines that the selection touches. */
function lines({ text, from, to }: Selected): Selected {
  const start = text.lastIndexOf("\n", from - 1) + 1
  const end = text.indexOf("\n", to)
  return { text, from: start, to: end === -1 ? text.length : end }
}
