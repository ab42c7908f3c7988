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

/** "12.3 MB": as file managers say it. */
export function amount(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"]
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${unit === 0 ? String(value) : value.toFixed(value < 10 ? 1 : 0)} ${units[unit] ?? ""}`
}
