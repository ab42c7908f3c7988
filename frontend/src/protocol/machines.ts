/** The calls about a person's machines, and what they answer. */

import type { ExecutionState, RuntimeState } from "./frames"
import { get, send } from "./http"

/** Sizes are in bytes. */
export type RuntimeType = Readonly<{
  slug: string
  name: string
  kernel: string
  memory: number
  disk: number
  cpus: number
  accelerator: string
  idle_seconds: number
  lifetime_seconds: number
  network: string
}>

/** A kernel as the platform offers it. */
export type Kernel = Readonly<{ name: string; display_name: string; language: string }>

/** What goes with a request for a machine. */
export type KernelWish = Readonly<{ kernel?: string; language?: string }>

export type Offer = Readonly<{
  plan: string
  runtimes_at_once: number
  types: readonly RuntimeType[]
  kernels: readonly Kernel[]
}>

export type MachineRow = Readonly<{
  id: string
  notebook: string
  notebook_name: string
  state: RuntimeState
  type: string
  used: string
  memory: number | null
  memory_limit: number
}>

export type LogLine = Readonly<{ at: string; what: string; detail: string }>

export type Executed = Readonly<{
  id: string
  cell: string
  code: string
  state: ExecutionState
  count: number | null
  queued: string
  started: string | null
  ended: string | null
}>

const MACHINES = "/api/runtimes"

export async function offer(): Promise<Offer> {
  return (await (await get(`${MACHINES}/types`)).json()) as Offer
}

export async function myMachines(): Promise<MachineRow[]> {
  return (await (await get(MACHINES)).json()) as MachineRow[]
}

export async function endMachine(id: string, csrf: string): Promise<void> {
  await send("DELETE", `${MACHINES}/${id}`, {}, csrf)
}

/** End them all; how many there were. */
export async function resetAll(csrf: string): Promise<number> {
  const { ended } = (await (await send("POST", `${MACHINES}/reset`, {}, csrf)).json()) as { ended: number }
  return ended
}

export async function logOf(id: string): Promise<LogLine[]> {
  return (await (await get(`${MACHINES}/${id}/log`)).json()) as LogLine[]
}

export async function executed(notebook: string): Promise<Executed[]> {
  return (await (await get(`/api/notebooks/${notebook}/executed`)).json()) as Executed[]
}
