/** What a cell printed as plain text, to be copied. */

import { type DisplayOutput, type Output, shownText } from "../runtime/outputs"
import { errorText } from "./frameItems"
import { partText } from "./mime"
import { withoutColours } from "./traceback"

const AS_TEXT = ["text/plain", "text/markdown", "text/latex", "application/json", "text/html"] as const

/** The text of these outputs; of each that has none, nothing. */
export function outputsText(outputs: readonly Output[]): string {
  const texts = outputs.map((output) => withoutColours(textOf(output)).replace(/\n$/, ""))
  return texts.filter((text) => text !== "").join("\n")
}

export function hasError(outputs: readonly Output[]): boolean {
  return outputs.some(({ output_type }) => output_type === "error")
}

/** The error's text alone. */
export function lastErrorText(outputs: readonly Output[]): string {
  return outputsText(outputs.filter(({ output_type }) => output_type === "error").slice(-1))
}

function textOf(output: Output): string {
  if (output.output_type === "stream") return shownText(output.text)
  if (output.output_type === "error") return errorText(output.ename, output.evalue, output.traceback)
  return displayText(output)
}

function displayText({ data }: DisplayOutput): string {
  const mime = AS_TEXT.find((name) => data[name] !== undefined)
  return mime ? partText(data[mime] ?? "") : ""
}
