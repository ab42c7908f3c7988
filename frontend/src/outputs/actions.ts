/** What can be done with the outputs of a cell, beside looking at them. */

import type { AskTable } from "../runtime/tables"

export type OutputActions = Readonly<{
  /** Take them away; absent for who may not. */
  clear: (() => void) | undefined
  isHidden: boolean
  hide: (isHidden: boolean) => void
  /** Go to a line of the cell that ran as number `count`; absent when that cell is not here any more. */
  findLine: (count: number, line: number) => (() => void) | undefined
  /** Asks the kernel for rows of a data frame that the outputs show; absent when it is not the one that printed them. */
  askTable: AskTable | undefined
  /** Restart the session that printed them; absent when it is over. */
  restart: (() => void) | undefined
  say: (sentence: string) => void
  fail: (sentence: string) => void
}>
