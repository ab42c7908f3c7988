/** The pane of code snippets. Fetched with it. */

export const snippetsEn = {
  title: "Code snippets",
  search: "Search code snippets",
  insert: "Insert",
  none: "No snippet has these words.",
  titles: {
    chart: "Draw a chart",
    table: "Make a table with pandas",
    upload: "Upload files from this computer",
    download: "Download a file to this computer",
    drive: "Keep files: mount the drive",
    form: "A form with fields",
    progress: "Show progress",
    picture: "Show a picture file",
    random: "Random numbers",
    time: "Measure time",
    shell: "Run shell commands",
    ask: "Ask for input",
  },
}
