/** Files and whole folders that were dropped onto the page, or chosen by a button. */

export type Dropped = Readonly<{ name: string; data: Blob }>

export async function droppedFiles(transfer: DataTransfer): Promise<Dropped[]> {
  // They have to be taken before anything is waited for: the browser empties the list.
  const items = [...transfer.items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }))
  const found = await Promise.all(
    items.map(({ entry, file }) => {
      if (entry) return filesIn(entry, "")
      return file ? [{ name: file.name, data: file }] : []
    }),
  )
  return found.flat()
}

export function chosenFiles(list: FileList): Dropped[] {
  return [...list].map((file) => ({ name: file.webkitRelativePath || file.name, data: file }))
}

async function filesIn(entry: FileSystemEntry, above: string): Promise<Dropped[]> {
  const name = above + entry.name
  if (entry.isFile) return [{ name, data: await fileOf(entry as FileSystemFileEntry) }]
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const found: Dropped[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return found
    for (const child of some) found.push(...(await filesIn(child, `${name}/`)))
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<Blob> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}
