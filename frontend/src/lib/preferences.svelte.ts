/**
 * How a person likes the page. The account has the last word; this browser keeps a copy, which is there at once and
 * without a network, and what was chosen meanwhile is sent when the account can be reached again.
 */

import type { Level } from "../language/problems"
import { send } from "../protocol/http"
import type { Theme } from "./boot"

export const PREVIEWS = ["right", "below", "none"] as const
export type Preview = (typeof PREVIEWS)[number]

export type Values = {
  theme: Theme
  /** Of code, in pixels. */
  fontSize: number
  /** Spaces for one step of indentation. */
  indent: number
  lineNumbers: boolean
  wrap: boolean
  vim: boolean
  /** Completions come by themselves while one types. */
  completeAsTyped: boolean
  /** What is looked for in code that has not run. */
  diagnostics: Level
  /** "" for the browser's. */
  language: string
  /** Where a text cell is shown while it is written. */
  preview: Preview
  /** Bindings that are others than the table's, by command. */
  shortcuts: Record<string, readonly string[]>
}

export const DEFAULTS: Values = {
  theme: "adaptive",
  fontSize: 14,
  indent: 4,
  lineNumbers: false,
  wrap: true,
  vim: false,
  completeAsTyped: true,
  diagnostics: "syntax",
  language: "",
  preview: "right",
  shortcuts: {},
}

const KEY = "tomoni.preferences"
const AGAIN_AFTER = 5_000

/** What this browser keeps: whose it is, and what the account has not been told. */
type Kept = Readonly<{ user: string; values: Partial<Values>; unsent: Partial<Values> }>
type Send = (values: Partial<Values>) => Promise<unknown>

export class Preferences {
  private values = $state.raw<Values>(DEFAULTS)
  private unsent: Partial<Values> = {}
  private isSending = false

  constructor(
    private readonly user: string,
    account: Partial<Values>,
    private readonly tell: Send,
  ) {
    const kept = readKept()
    this.unsent = kept.user === user ? kept.unsent : {}
    this.values = { ...DEFAULTS, ...account, ...this.unsent }
    this.show()
    void this.send()
  }

  get theme(): Theme {
    return this.values.theme
  }
  get fontSize(): number {
    return this.values.fontSize
  }
  get indent(): number {
    return this.values.indent
  }
  get lineNumbers(): boolean {
    return this.values.lineNumbers
  }
  get wrap(): boolean {
    return this.values.wrap
  }
  get vim(): boolean {
    return this.values.vim
  }
  get completeAsTyped(): boolean {
    return this.values.completeAsTyped
  }
  get diagnostics(): Level {
    return this.values.diagnostics
  }
  get language(): string {
    return this.values.language
  }
  get preview(): Preview {
    return this.values.preview
  }
  get shortcuts(): Values["shortcuts"] {
    return this.values.shortcuts
  }

  set<Name extends keyof Values>(name: Name, value: Values[Name]): void {
    this.values = { ...this.values, [name]: value }
    this.unsent = { ...this.unsent, [name]: value }
    this.show()
    this.keep()
    void this.send()
  }

  private show(): void {
    const { dataset, style } = document.documentElement
    dataset["theme"] = this.theme
    style.setProperty("--size-code", `${String(this.fontSize / 16)}rem`)
    style.setProperty("--line-code", `${String(Math.round(this.fontSize * 1.43) / 16)}rem`)
  }

  private keep(): void {
    const kept: Kept = { user: this.user, values: this.values, unsent: this.unsent }
    localStorage.setItem(KEY, JSON.stringify(kept))
  }

  /** One after the other, so that the last choice is the last one told. */
  private async send(): Promise<void> {
    if (this.isSending) return
    this.isSending = true
    while (Object.keys(this.unsent).length > 0) {
      const told = this.unsent
      try {
        await this.tell(told)
      } catch (problem) {
        if (isRefused(problem)) this.unsent = {}
        else await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER))
        continue
      }
      const { unsent } = this
      const left = Object.entries(unsent).filter(([name, value]) => told[name as keyof Values] !== value)
      this.unsent = Object.fromEntries(left)
      this.keep()
    }
    this.isSending = false
  }
}

export function readPreferences(user: string, account: Partial<Values>, csrf: string): Preferences {
  return new Preferences(user, account, (values) => send("PUT", "/accounts/settings/", values, csrf))
}

function readKept(): Kept {
  const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}")
  const { user, values, unsent } = kept as Partial<Kept>
  return { user: user ?? "", values: values ?? {}, unsent: unsent ?? {} }
}

/** The platform answered, and does not want it: asking again would not help. */
function isRefused(problem: unknown): boolean {
  return problem instanceof Error && "code" in problem && /^4\d\d$/.test(String(problem.code)) && problem.code !== "429"
}
