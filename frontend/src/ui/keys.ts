/** From key presses to commands, by the command table. No DOM beyond the event itself. */

import { commands, type CommandId } from "./commands"

export type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey"> & { code?: string }

/** A person's own bindings, by command. */
export type Own = Readonly<Record<string, readonly string[]>>

const PREFIX = "Mod+M"
/** For these the browser sends clipboard events, which alone may write what other pages read. */
const CLIPBOARD: ReadonlySet<string> = new Set(["Mod+X", "Mod+C", "Mod+V"])

/** "Mod+Shift+Enter", or "" for a modifier alone. */
export function chord({ key: typed, code, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): string {
  // With Option a Mac types another letter. Ctrl and Alt together may be AltGr, whose letter is meant.
  const key = metaKey && altKey && code?.startsWith("Key") ? code.slice(3) : typed
  if (["Control", "Meta", "Alt", "Shift"].includes(key)) return ""
  const isLetter = /^[a-z]$/i.test(key)
  // Shift is part of how a sign such as "?" is typed, not of the binding.
  const isSign = key.length === 1 && !isLetter
  const parts = [(ctrlKey || metaKey) && "Mod", altKey && "Alt", shiftKey && !isSign && "Shift"].filter(Boolean)
  return [...parts, isLetter ? key.toUpperCase() : key].join("+")
}

/** Understands two-part bindings; one for each page. */
export class Keys {
  private hasPrefix = false

  constructor(private readonly own: () => Own = () => ({})) {}

  /** What this press does: a command, the start of one ("prefix"), or nothing of ours. */
  press(event: KeyPress, isCommandMode: boolean): CommandId | "prefix" | undefined {
    const pressed = chord(event)
    if (!pressed) return undefined
    if (this.hasPrefix) {
      this.hasPrefix = false
      // Ctrl may still be held for the second key.
      return this.find(`${PREFIX} ${pressed.replace(/^Mod\+/, "")}`, isCommandMode)
    }
    if (CLIPBOARD.has(pressed)) return undefined
    this.hasPrefix = pressed === PREFIX
    return this.hasPrefix ? "prefix" : this.find(pressed, isCommandMode)
  }

  private find(binding: string, isCommandMode: boolean): CommandId | undefined {
    const own = this.own()
    const ids = Object.keys(commands) as CommandId[]
    return (
      ids.find((id) => bindingsOf(id, own).includes(binding)) ??
      ids.find((id) => isCommandMode && commands[id].commandKeys?.includes(binding))
    )
  }
}

/** What a person chose, or else what the table says. */
export function bindingsOf(id: CommandId, own: Own): readonly string[] {
  return own[id] ?? commands[id].keys ?? []
}

/** A binding as this machine's keyboard is labelled. */
export function readable(binding: string, isMac: boolean): string {
  return binding
    .replaceAll("Mod", isMac ? "⌘" : "Ctrl")
    .replace("ArrowUp", "↑")
    .replace("ArrowDown", "↓")
}

export const IS_MAC = /Mac|iPhone|iPad/.test(navigator.userAgent)
