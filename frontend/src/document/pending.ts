/**
 * Edits that the platform has not acknowledged, kept in this browser (IndexedDB) so that a closed tab loses nothing.
 *
 * Two stores: `updates` holds the Yjs updates to be sent again; `texts` holds the text of each cell that they touch,
 * since an update alone cannot be read when the document that it changed has been replaced (another epoch).
 */

export type KeptUpdate = Readonly<{ key: number; notebook: string; epoch: number; update: Uint8Array }>
export type KeptText = Readonly<{ notebook: string; epoch: number; cell: string; type: string; text: string }>
export type Kept = Readonly<{ updates: readonly KeptUpdate[]; texts: readonly KeptText[] }>

const UPDATES = "updates"
const TEXTS = "texts"

export class PendingEdits {
  private readonly database: Promise<IDBDatabase>

  constructor(factory: IDBFactory = indexedDB) {
    this.database = open(factory)
    this.database.catch(() => undefined) // whoever uses it hears of it
  }

  /** Keep an update and what the cells that it touched now say; its key, once it is safe. */
  async keep(edit: Omit<KeptUpdate, "key">, texts: readonly KeptText[]): Promise<number> {
    const transaction = (await this.database).transaction([UPDATES, TEXTS], "readwrite")
    const added = transaction.objectStore(UPDATES).add(edit)
    for (const text of texts) transaction.objectStore(TEXTS).put(text)
    await finished(transaction)
    return added.result as number
  }

  /** These updates are committed; the texts go when no update of this document is left, from whichever tab. */
  async forget(notebook: string, epoch: number, keys: readonly number[]): Promise<void> {
    const transaction = (await this.database).transaction([UPDATES, TEXTS], "readwrite")
    const updates = transaction.objectStore(UPDATES)
    for (const key of keys) updates.delete(key)
    const left = updates.index("document").count([notebook, epoch])
    left.onsuccess = () => {
      if (left.result === 0) transaction.objectStore(TEXTS).delete(textsOf(notebook, epoch))
    }
    await finished(transaction)
  }

  /** These edits are for a copy of the document, which has the same history. */
  async move(notebook: string, epoch: number, copy: string): Promise<void> {
    const transaction = (await this.database).transaction([UPDATES, TEXTS], "readwrite")
    const updates = transaction.objectStore(UPDATES).index("document").openCursor([notebook, epoch])
    updates.onsuccess = () => {
      const cursor = updates.result
      cursor?.update({ ...(cursor.value as KeptUpdate), notebook: copy })
      cursor?.continue()
    }
    const store = transaction.objectStore(TEXTS)
    const texts = store.getAll(textsOf(notebook, epoch))
    texts.onsuccess = () => {
      for (const text of texts.result as KeptText[]) store.put({ ...text, notebook: copy })
      store.delete(textsOf(notebook, epoch))
    }
    await finished(transaction)
  }

  /** Their author has decided about one text; with the last one of a document its updates go too. */
  async discard({ notebook, epoch, cell }: Pick<KeptText, "notebook" | "epoch" | "cell">): Promise<void> {
    const transaction = (await this.database).transaction([UPDATES, TEXTS], "readwrite")
    const [updates, texts] = [transaction.objectStore(UPDATES), transaction.objectStore(TEXTS)]
    texts.delete([notebook, epoch, cell])
    const left = texts.count(textsOf(notebook, epoch))
    left.onsuccess = () => {
      if (left.result > 0) return
      const keys = updates.index("document").getAllKeys([notebook, epoch])
      keys.onsuccess = () => keys.result.forEach((key) => updates.delete(key))
    }
    await finished(transaction)
  }

  async load(notebook: string): Promise<Kept> {
    const transaction = (await this.database).transaction([UPDATES, TEXTS])
    const updates = transaction.objectStore(UPDATES).index("notebook").getAll(notebook)
    const texts = transaction.objectStore(TEXTS).index("notebook").getAll(notebook)
    await finished(transaction)
    return { updates: updates.result as KeptUpdate[], texts: texts.result as KeptText[] }
  }
}

function open(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open("tomoni", 1)
    request.onupgradeneeded = () => {
      const updates = request.result.createObjectStore(UPDATES, { keyPath: "key", autoIncrement: true })
      const texts = request.result.createObjectStore(TEXTS, { keyPath: ["notebook", "epoch", "cell"] })
      updates.createIndex("notebook", "notebook")
      updates.createIndex("document", ["notebook", "epoch"])
      texts.createIndex("notebook", "notebook")
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error("This browser keeps nothing."))
  })
}

/** All texts of one document; an empty array sorts after every cell id. */
function textsOf(notebook: string, epoch: number): IDBKeyRange {
  return IDBKeyRange.bound([notebook, epoch], [notebook, epoch, []])
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error("This browser has no room left."))
  })
}
