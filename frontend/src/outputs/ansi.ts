/**
 * The escape sequences of terminals, as styled pieces of text: colours and emphasis are kept, all others are dropped.
 *
 * A parser goes on where it stopped, so a stream is parsed once, however many pieces it comes in.
 */

import { type Colour, contrast, cssColour, paletteColour, readable } from "./contrast"

/** A number from 0 to 15 follows the theme; a colour is what the program asked for. */
export type AnsiColour = number | Colour | null

export type AnsiStyle = Readonly<{
  foreground: AnsiColour
  background: AnsiColour
  bold: boolean
  dim: boolean
  italic: boolean
  underline: boolean
  inverse: boolean
  strike: boolean
}>

export type AnsiPiece = Readonly<{ text: string; style: AnsiStyle }>

export const PLAIN: AnsiStyle = {
  foreground: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
  strike: false,
}

const ESC = "\\u001b"
const BELL = "\\u0007"
const COMMAND = `${ESC}\\[([0-9;:<=>?]*)[ -/]*([@-~])`
const SYSTEM_COMMAND = `${ESC}\\][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\\\)`
const SHORT = `${ESC}(?:[()*+][0-9A-Z]|[0-9=>A-OQ-Z\\\\c])`
const SEQUENCE = new RegExp(`${COMMAND}|${SYSTEM_COMMAND}|${SHORT}`, "g")
const UNFINISHED = new RegExp(`${ESC}(?:\\[[0-9;:<=>?]{0,99}[ -/]{0,9}|\\][^${BELL}${ESC}]{0,999}${ESC}?|[()*+])?$`)

const SWITCHES: Record<number, Partial<AnsiStyle>> = {
  0: PLAIN,
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { foreground: null },
  49: { background: null },
}

export class AnsiParser {
  private held = ""

  constructor(private style: AnsiStyle = PLAIN) {}

  /** A parser that goes on from here without disturbing this one. */
  fork(): AnsiParser {
    const parser = new AnsiParser(this.style)
    parser.held = this.held
    return parser
  }

  /** The pieces of `text`; a sequence that is cut off at its end waits for the next call. */
  parse(text: string): AnsiPiece[] {
    const whole = this.held + text
    const end = UNFINISHED.exec(whole)?.index ?? whole.length
    this.held = whole.slice(end)

    const pieces: AnsiPiece[] = []
    let from = 0
    for (const sequence of whole.slice(0, end).matchAll(SEQUENCE)) {
      this.addPiece(pieces, whole.slice(from, sequence.index))
      if (sequence[2] === "m") this.style = restyled(this.style, sequence[1] ?? "")
      from = sequence.index + sequence[0].length
    }
    this.addPiece(pieces, whole.slice(from, end))
    return pieces
  }

  private addPiece(pieces: AnsiPiece[], text: string): void {
    if (text !== "") pieces.push({ text, style: this.style })
  }
}

/** Plain text for what has no style, so that ordinary output stays a single text node. */
export function pieceNode(piece: AnsiPiece): Node {
  if (piece.style === PLAIN) return document.createTextNode(piece.text)

  const span = document.createElement("span")
  span.textContent = piece.text
  const { foreground, background, inverse, ...emphasis } = piece.style
  for (const [name, on] of Object.entries(emphasis)) if (on) span.classList.add(`ansi-${name}`)
  if (inverse) paintInverse(span, foreground, background)
  else {
    if (foreground !== null) paint(span, "text", foreground, background === null)
    if (background !== null) paint(span, "fill", background, false)
    if (foreground === null && typeof background === "object" && background)
      paint(span, "text", inkOn(background), false)
  }
  return span
}

/** Black or white, whichever is easier to read on `surface`. */
function inkOn(surface: Colour): Colour {
  const [black, white] = [
    [0, 0, 0],
    [255, 255, 255],
  ] as const
  return contrast(black, surface) > contrast(white, surface) ? black : white
}

function paintInverse(span: HTMLElement, foreground: AnsiColour, background: AnsiColour): void {
  span.classList.add("ansi-inverse")
  if (background !== null) paint(span, "text", background, false)
  if (foreground !== null) paint(span, "fill", foreground, false)
}

function paint(span: HTMLElement, part: "text" | "fill", colour: number | Colour, onPage: boolean): void {
  if (typeof colour === "number") {
    span.classList.add(`ansi-${part}-${colour}`)
    return
  }
  span.classList.add(`ansi-${part}`)
  for (const theme of ["light", "dark"] as const) {
    span.style.setProperty(`--ansi-${part}-${theme}`, cssColour(onPage ? readable(colour, theme) : colour))
  }
}

function restyled(style: AnsiStyle, parameters: string): AnsiStyle {
  const codes = parameters.split(/[;:]/).map(Number)
  let result = style
  while (codes.length > 0) {
    const code = codes.shift() ?? 0
    if (code === 38) result = { ...result, foreground: chosenColour(codes) }
    else if (code === 48) result = { ...result, background: chosenColour(codes) }
    else result = switched(result, code)
  }
  return result
}

function switched(style: AnsiStyle, code: number): AnsiStyle {
  if (code === 0) return PLAIN
  if (code >= 30 && code <= 37) return { ...style, foreground: code - 30 }
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 }
  if (code >= 90 && code <= 97) return { ...style, foreground: code - 82 }
  if (code >= 100 && code <= 107) return { ...style, background: code - 92 }
  return { ...style, ...SWITCHES[code] }
}

/** Takes the codes of a colour (`5;n` or `2;r;g;b`) off the list. */
function chosenColour(codes: number[]): AnsiColour {
  const form = codes.shift()
  if (form === 5) {
    const number = part(codes)
    return number < 16 ? number : paletteColour(number)
  }
  return form === 2 ? [part(codes), part(codes), part(codes)] : null
}

function part(codes: number[]): number {
  const value = codes.shift() ?? 0
  return Number.isInteger(value) ? Math.min(255, Math.max(0, value)) : 0
}
