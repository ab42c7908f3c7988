/** Opening another notebook, and a new form field. */

export const openEn = {
  tabs: { recent: "Recent", examples: "Examples", upload: "Upload" },
  filter: "Filter notebooks",
  none: "No notebook is called like this.",
  drop: "Drop an .ipynb file here",
  browse: "Browse",
  all: "All notebooks",
  examples: {
    welcome: "Welcome",
    basic_features_overview: "Overview of features",
    markdown_guide: "Markdown guide",
    io: "Loading and saving data",
    forms: "Forms",
    charts: "Charts",
    "snippets/importing_libraries": "Installing libraries",
  },
}

export const newFieldEn = {
  title: "Add a form field",
  kind: "Kind",
  kinds: {
    text: "Text",
    choice: "Drop-down list",
    integer: "Integer",
    number: "Number",
    slider: "Slider",
    boolean: "Check box",
    date: "Date",
    raw: "Python expression",
    markdown: "Words in the form (Markdown)",
  },
  name: "Variable name",
  choices: "Choices, one a line",
  text: "Words",
  allowsInput: "Another value may be typed",
  min: "Least",
  max: "Most",
  step: "Step",
  add: "Add",
  badName: "A variable name has letters, digits and _, and does not begin with a digit.",
  noChoices: "Write at least one choice.",
  noText: "Write what the form shall say.",
  badRange: "The least must be below the most, and the step above 0.",
  needsCode: "A form belongs to a code cell. Select one first.",
}
