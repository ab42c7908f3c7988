/** Sentences that the page has to say: one banner each, and never the same twice at once. */

import { noteTrouble } from "../lib/trouble"

export type NoticeKind = "error" | "warning" | "info"
export type NoticeAction = Readonly<{ label: string; run: () => void }>
export type Notice = Readonly<{
  key: string
  kind: NoticeKind
  text: string
  actions: readonly NoticeAction[]
}>

export class Notices {
  list = $state.raw<readonly Notice[]>([])

  say(kind: NoticeKind, text: string, key = text, ...offered: (NoticeAction | undefined)[]): void {
    const actions = offered.filter((action) => action !== undefined)
    this.list = [...this.list.filter((notice) => notice.key !== key), { key, kind, text, actions }]
  }

  has(key: string): boolean {
    return this.list.some((notice) => notice.key === key)
  }

  error(text: string, key = text, action?: NoticeAction): void {
    noteTrouble(text)
    this.say("error", text, key, action)
  }

  dismiss(key: string): void {
    if (this.has(key)) this.list = this.list.filter((notice) => notice.key !== key)
  }
}
