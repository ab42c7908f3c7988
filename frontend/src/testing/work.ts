/** How long something takes of this process's own time: what else the computer does is none of a test's business. */

type NodeProcess = { cpuUsage: () => { user: number; system: number } }

/** Milliseconds of work so far. */
export function worked(): number {
  const { user, system } = (globalThis as unknown as { process: NodeProcess }).process.cpuUsage()
  return (user + system) / 1_000
}
