/** What is mine and not the notebook's, in its own panels: fetched with them. */

export const ownEn = {
  secrets: {
    title: "Secrets",
    about:
      "Keep keys and passwords here instead of in a notebook. Only you see them, and only notebooks get them that you switch on.",
    access: "Notebook access",
    accessTo: (name: string) => `Notebook access to ${name}`,
    name: "Name",
    value: "Value",
    keep: "Save",
    add: "Add new secret",
    none: "You have no secrets yet.",
    show: "Show",
    showOf: (name: string) => `Show the value of ${name}`,
    hide: "Hide",
    change: "Change",
    changeOf: (name: string) => `Change the value of ${name}`,
    deleteOf: (name: string) => `Delete ${name}`,
    sure: (name: string) => `Delete the secret “${name}”? No notebook gets it any more.`,
    how: "In Python:",
    example: "KEY",
  },
  drive: {
    mount: "Mount drive",
    unmount: "Unmount drive",
    ask: "Let this notebook have your drive?",
    about:
      "Your drive is a folder that stays when machines are deleted. Code in this notebook, whoever wrote it, will be able to read, change and delete everything in it, until you choose “Unmount drive” in the Files panel.",
    no: "No thanks",
    yes: "Connect to drive",
    mounting: "Mounting your drive…",
    slow: "Your drive is not there yet. Look again in a moment.",
    mounted: (place: string) => `Your drive is at ${place}. What lies there stays.`,
  },
}
