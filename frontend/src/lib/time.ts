/** Lengths of time as a person reads them. */

/** A point in time, in the reader's language and time zone: the hour of today, else the day. */
export function moment(iso: string, now = new Date()): string {
  const date = new Date(iso)
  const isToday = date.toDateString() === now.toDateString()
  return said(date, isToday ? { timeStyle: "short" } : { dateStyle: "medium" })
}

export function exactMoment(iso: string): string {
  return said(new Date(iso), { dateStyle: "full", timeStyle: "short" })
}

function said(date: Date, style: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(document.documentElement.lang || "en", style).format(date)
}

/** "0.4s", "12s", "3m 05s", "2h 10m". */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000
  if (seconds < 10) return `${seconds.toFixed(1)}s`
  const whole = Math.floor(seconds)
  if (whole < 60) return `${whole}s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes}m ${String(whole % 60).padStart(2, "0")}s`
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, "0")}m`
}
