/** What people type when they share: addresses in any arrangement, and a day. Pure. */

/** The addresses in a text, each once: "Ada Lovelace <ada@example.org>, bob@example.org" are two. */
export function addressesIn(text: string): string[] {
  const bare = text.replace(/[^,;\n<>]*<([^<>]*)>/g, " $1 ")
  return [...new Set(bare.split(/[\s,;、，；]+/).filter(Boolean))]
}

/** The address that the caret stands behind the beginning of, and where it starts. */
export function addressAt(text: string, caret: number): Readonly<{ from: number; start: string }> | undefined {
  const found = /[^\s,;、，；<>]{1,80}$/.exec(text.slice(0, caret))
  return found ? { from: found.index, start: found[0] } : undefined
}

/** The last moment of a day such as "2027-01-31" where the reader is, or null for no day. */
export function endOfDay(day: string): string | null {
  return day ? new Date(`${day}T23:59:59`).toISOString() : null
}

/** The day of a moment where the reader is, as a date input has it. */
export function dayOf(moment: Date): string {
  const pad = (number: number): string => String(number).padStart(2, "0")
  return `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`
}
