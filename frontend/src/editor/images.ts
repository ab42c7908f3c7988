/** Pictures among the files that come by the clipboard or are dropped. */

export function isImage(file: File): boolean {
  return file.type.startsWith("image/")
}
