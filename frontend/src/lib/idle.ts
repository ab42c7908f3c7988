/** Work that can wait for a quiet moment, done in order and in small steps. */

import { flushSync } from "svelte"

const jobs = new Set<() => void>()
let isScheduled = false

const schedule: (work: (timeLeft: () => number) => void) => void =
  "requestIdleCallback" in globalThis
    ? (work) => requestIdleCallback((deadline) => work(() => deadline.timeRemaining()))
    : (work) => setTimeout(() => work(() => 0), 20)

/** Do `job` in a quiet moment; the function returned takes it back. */
export function whenIdle(job: () => void): () => void {
  jobs.add(job)
  plan()
  return () => jobs.delete(job)
}

function plan(): void {
  if (isScheduled || jobs.size === 0) return
  isScheduled = true
  schedule((timeLeft) => {
    isScheduled = false
    do next()
    while (jobs.size > 0 && timeLeft() > 6)
    plan()
  })
}

/** Svelte gathers changes and draws later; drawing at once makes the time left an honest figure. */
function next(): void {
  const [job] = jobs
  if (!job) return
  jobs.delete(job)
  flushSync(job)
}
