/** Amounts of memory as a person reads them. */

const GIBIBYTE = 2 ** 30

/** "0.4 / 12.0 GB": what is used of what there is. */
export function gibibytes(used: number, limit: number): string {
  return `${(used / GIBIBYTE).toFixed(1)} / ${(limit / GIBIBYTE).toFixed(1)} GB`
}

/** "12 GB", "512 MB". */
export function size(bytes: number): string {
  const whole = bytes / GIBIBYTE
  return whole >= 1 ? `${Number(whole.toFixed(1))} GB` : `${Math.round(bytes / 2 ** 20)} MB`
}
