/** Data frames of the kernel, of which a page asks only for the rows that are looked at (docs/protocol.md §2). */

import { isRecord } from "./comms"
import type { Output } from "./outputs"

/** Beside the table that pandas drew: by what name the frame itself is asked for. */
export const TABLE_TYPE = "application/vnd.tomoni.table+json"

/** A variable by its name, or a data frame that was displayed. */
export type TableName = Readonly<{ name: string }> | Readonly<{ frame: string }>

/** Which rows, and in what order; `filters` are by the place of the column. */
export type TableQuery = Readonly<{
  search?: string
  filters?: Readonly<Record<string, string>>
  column?: number
  descending?: boolean
}>

export type Table = Readonly<{
  columns: readonly Readonly<{ name: string; type: string }>[]
  index: readonly string[]
  rows: readonly (readonly string[])[]
  /** How many rows match, of how many there are. */
  count: number
  whole: number
  width: number
}>

export type CsvPiece = Readonly<{ text: string; next: number; count: number }>

export type TableRequest = { type: "variables"; start: number } & TableName &
  TableQuery &
  ({ do: "table"; count: number } | { do: "csv" })

/** Answers a request, or fails with a sentence. */
export type AskTable = (request: TableRequest) => Promise<unknown>

/** The data frame of an output, if it shows one. */
export function tableOf(output: Output): TableName | null {
  const named = "data" in output ? output.data[TABLE_TYPE] : undefined
  return isRecord(named) && typeof named["table"] === "string" ? { frame: named["table"] } : null
}

export async function askRows(
  ask: AskTable,
  table: TableName,
  query: TableQuery,
  start: number,
  count: number,
): Promise<Table> {
  return (await ask({ type: "variables", do: "table", ...table, ...query, start, count })) as Table
}

/** The first `most` matching rows as CSV, with the names of the columns, and how many rows match. */
export async function askCsv(
  ask: AskTable,
  table: TableName,
  query: TableQuery,
  most: number,
): Promise<{ text: string; rows: number; count: number }> {
  let [text, rows] = ["", 0]
  for (;;) {
    const piece = (await ask({ type: "variables", do: "csv", ...table, ...query, start: rows })) as CsvPiece
    text += piece.text
    const isLast = piece.next >= Math.min(piece.count, most) || piece.next <= rows
    rows = piece.next
    if (isLast) return { text, rows, count: piece.count }
  }
}
