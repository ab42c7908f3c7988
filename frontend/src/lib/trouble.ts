/** What went wrong on this page lately, for who reports it: kept here, sent by nobody but a person. */

export type Trouble = Readonly<{ at: string; message: string; request?: string }>

const MOST = 20
const LONGEST = 500

let list: readonly Trouble[] = []

/** The latest, the last one last. */
export function troubles(): readonly Trouble[] {
  return list
}

/** Note a failure; `request` is the id that the platform's log has of it. */
export function noteTrouble(message: string, request?: string | null): void {
  const trouble = { at: new Date().toISOString(), message: message.slice(0, LONGEST), ...(request && { request }) }
  list = [...list, trouble].slice(-MOST)
}

/** Note also what nobody handled. */
export function listenForTrouble(): void {
  addEventListener("error", ({ message }) => noteTrouble(message))
  addEventListener("unhandledrejection", ({ reason }) => noteTrouble(String(reason)))
}
