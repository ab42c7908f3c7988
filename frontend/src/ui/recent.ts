/** The commands that this browser's person chose last from the palette. */

import { commands, type CommandId } from "./commands"

const KEY = "tomoni.commands"
const MOST = 8

export function recentCommands(): readonly CommandId[] {
  const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]")
  return Array.isArray(kept) ? kept.filter((id): id is CommandId => typeof id === "string" && id in commands) : []
}

export function rememberCommand(command: CommandId): void {
  const others = recentCommands().filter((other) => other !== command)
  localStorage.setItem(KEY, JSON.stringify([command, ...others].slice(0, MOST)))
}
